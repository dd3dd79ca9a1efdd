package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A pose in the plane.
 *
 * @param x     m
 * @param y     m
 * @param theta rad, counter-clockwise
 */
@TypeName("geometry_msgs/Pose2D")
public record Pose2D(double x, double y, double theta) {
}
