package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A force and a torque.
 *
 * @param force  N
 * @param torque N·m
 */
@TypeName("geometry_msgs/Wrench")
public record Wrench(Vector3 force, Vector3 torque) {
}
