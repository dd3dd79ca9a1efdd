package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A position on the earth (WGS 84).
 *
 * @param header                   time, and the frame of the antenna
 * @param status                   whether there is a fix
 * @param latitude                 degrees, north positive
 * @param longitude                degrees, east positive
 * @param altitude                 m above the ellipsoid; NaN if unknown
 * @param position_covariance      3 × 3, row by row, of east, north, up, m²
 * @param position_covariance_type {@link #COVARIANCE_TYPE_UNKNOWN} to {@link #COVARIANCE_TYPE_KNOWN}
 */
@TypeName("sensor_msgs/NavSatFix")
public record NavSatFix(Header header, NavSatStatus status, double latitude, double longitude, double altitude,
        double[] position_covariance, int position_covariance_type) {
    public static final int COVARIANCE_TYPE_UNKNOWN = 0;
    public static final int COVARIANCE_TYPE_APPROXIMATED = 1;
    public static final int COVARIANCE_TYPE_DIAGONAL_KNOWN = 2;
    public static final int COVARIANCE_TYPE_KNOWN = 3;

    public NavSatFix {
        Fixed.check("position_covariance", position_covariance, 9);
    }

    /** All zeros. */
    public static NavSatFix blank() {
        return new NavSatFix(Header.blank(), new NavSatStatus(0, 0), 0, 0, 0, new double[9], COVARIANCE_TYPE_UNKNOWN);
    }
}
