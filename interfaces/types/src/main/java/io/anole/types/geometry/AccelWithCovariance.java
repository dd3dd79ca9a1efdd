package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * An acceleration with its uncertainty.
 *
 * @param accel      the acceleration
 * @param covariance 6 × 6, row by row, of the accelerations along (m/s²) and about (rad/s²) the x, y, z axes
 */
@TypeName("geometry_msgs/AccelWithCovariance")
public record AccelWithCovariance(Accel accel, double[] covariance) {
    public AccelWithCovariance {
        Covariance.check("covariance", covariance);
    }

    /** All zeros. */
    public static AccelWithCovariance blank() {
        return new AccelWithCovariance(new Accel(Vector3.ZERO, Vector3.ZERO), new double[Covariance.SIZE]);
    }
}
