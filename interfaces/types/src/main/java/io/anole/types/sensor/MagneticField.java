package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.geometry.Vector3;
import io.anole.types.std.Header;

/**
 * One reading of a magnetometer.
 *
 * @param header                    time and frame
 * @param magnetic_field            T; NaN for an axis that is not measured
 * @param magnetic_field_covariance 3 × 3, row by row, T²; all zeros if unknown
 */
@TypeName("sensor_msgs/MagneticField")
public record MagneticField(Header header, Vector3 magnetic_field, double[] magnetic_field_covariance) {
    public MagneticField {
        Fixed.check("magnetic_field_covariance", magnetic_field_covariance, 9);
    }

    /** All zeros. */
    public static MagneticField blank() {
        return new MagneticField(Header.blank(), Vector3.ZERO, new double[9]);
    }
}
