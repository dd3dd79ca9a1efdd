package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * The inertia of a rigid body.
 *
 * @param m   mass, kg
 * @param com centre of mass, m
 * @param ixx kg·m²
 * @param ixy kg·m²
 * @param ixz kg·m²
 * @param iyy kg·m²
 * @param iyz kg·m²
 * @param izz kg·m²
 */
@TypeName("geometry_msgs/Inertia")
public record Inertia(double m, Vector3 com, double ixx, double ixy, double ixz, double iyy, double iyz, double izz) {
}
