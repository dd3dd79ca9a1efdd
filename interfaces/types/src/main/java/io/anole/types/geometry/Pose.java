package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * Where something is and how it is turned.
 *
 * @param position    the place, m
 * @param orientation the rotation
 */
@TypeName("geometry_msgs/Pose")
public record Pose(Point position, Quaternion orientation) {
    /** A pose on the ground: {@code x}, {@code y} in m, {@code yaw} in rad counter-clockwise. */
    public static Pose of(double x, double y, double yaw) {
        return new Pose(new Point(x, y, 0), Quaternion.yaw(yaw));
    }
}
