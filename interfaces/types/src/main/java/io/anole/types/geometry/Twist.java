package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A velocity; what {@code /cmd_vel} carries.
 *
 * @param linear  m/s along the axes
 * @param angular rad/s about the axes
 */
@TypeName("geometry_msgs/Twist")
public record Twist(Vector3 linear, Vector3 angular) {
    /** Standing still. */
    public static final Twist STOP = new Twist(Vector3.ZERO, Vector3.ZERO);

    /** The velocity of a robot on wheels: {@code forward} in m/s, {@code turn} in rad/s counter-clockwise. */
    public static Twist of(double forward, double turn) {
        return new Twist(new Vector3(forward, 0, 0), new Vector3(0, 0, turn));
    }
}
