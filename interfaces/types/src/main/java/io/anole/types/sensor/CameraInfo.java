package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * How a camera maps the world. The capital letters are the field names of ROS.
 *
 * @param header           time and the camera's optical frame
 * @param height           rows, at full resolution
 * @param width            columns, at full resolution
 * @param distortion_model such as {@code plumb_bob}
 * @param D                parameters of the distortion model
 * @param K                camera matrix, 3 × 3, row by row, pixels
 * @param R                rectification matrix, 3 × 3, row by row
 * @param P                projection matrix, 3 × 4, row by row, pixels
 * @param binning_x        columns combined into one; 0 is 1
 * @param binning_y        rows combined into one; 0 is 1
 * @param roi              the part that is sent; all zeros for the whole
 */
@TypeName("sensor_msgs/CameraInfo")
public record CameraInfo(Header header, int height, int width, String distortion_model, double[] D, double[] K,
        double[] R, double[] P, int binning_x, int binning_y, RegionOfInterest roi) {
    public CameraInfo {
        Fixed.check("K", K, 9);
        Fixed.check("R", R, 9);
        Fixed.check("P", P, 12);
    }

    /** All zeros: an uncalibrated camera. */
    public static CameraInfo blank() {
        return new CameraInfo(Header.blank(), 0, 0, "", new double[0], new double[9], new double[9], new double[12], 0,
                0, new RegionOfInterest(0, 0, 0, 0, false));
    }
}
