package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A velocity with its uncertainty.
 *
 * @param twist      the velocity
 * @param covariance 6 × 6, row by row, of the velocities along (m/s) and about (rad/s) the x, y, z axes
 */
@TypeName("geometry_msgs/TwistWithCovariance")
public record TwistWithCovariance(Twist twist, double[] covariance) {
    public TwistWithCovariance {
        Covariance.check("covariance", covariance);
    }

    /** A velocity of which no uncertainty is told. */
    public static TwistWithCovariance of(Twist twist) {
        return new TwistWithCovariance(twist, new double[Covariance.SIZE]);
    }

    /** All zeros. */
    public static TwistWithCovariance blank() {
        return of(Twist.STOP);
    }
}
