package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A rotation as a unit quaternion. As in ROS, one that nobody has set is all zeros, and no rotation.
 *
 * @param x x part
 * @param y y part
 * @param z z part
 * @param w scalar part
 */
@TypeName("geometry_msgs/Quaternion")
public record Quaternion(double x, double y, double z, double w) {
    /** No rotation. */
    public static final Quaternion IDENTITY = new Quaternion(0, 0, 0, 1);

    /** A rotation about the z axis, counter-clockwise seen from above; {@code yaw} in rad. */
    public static Quaternion yaw(double yaw) {
        return new Quaternion(0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2));
    }

    /** The part of this rotation about the z axis, -π to π rad. */
    public double yaw() {
        return Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
    }
}
