package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A pose with its uncertainty.
 *
 * @param pose       the pose
 * @param covariance 6 × 6, row by row, of x, y, z (m) and the rotations about the fixed x, y, z axes (rad)
 */
@TypeName("geometry_msgs/PoseWithCovariance")
public record PoseWithCovariance(Pose pose, double[] covariance) {
    public PoseWithCovariance {
        Covariance.check("covariance", covariance);
    }

    /** A pose of which no uncertainty is told. */
    public static PoseWithCovariance of(Pose pose) {
        return new PoseWithCovariance(pose, new double[Covariance.SIZE]);
    }

    /** All zeros. */
    public static PoseWithCovariance blank() {
        return of(new Pose(Point.ORIGIN, new Quaternion(0, 0, 0, 0)));
    }
}
