package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.geometry.Quaternion;
import io.anole.types.geometry.Vector3;
import io.anole.types.std.Header;

/**
 * One reading of an inertial measurement unit. A covariance whose first number is -1 says that its quantity is not
 * measured.
 *
 * @param header                         time and frame
 * @param orientation                    the rotation
 * @param orientation_covariance         3 × 3, row by row, about x, y, z, rad²
 * @param angular_velocity               rad/s
 * @param angular_velocity_covariance    3 × 3, row by row, (rad/s)²
 * @param linear_acceleration            m/s², gravity included
 * @param linear_acceleration_covariance 3 × 3, row by row, (m/s²)²
 */
@TypeName("sensor_msgs/Imu")
public record Imu(Header header, Quaternion orientation, double[] orientation_covariance, Vector3 angular_velocity,
        double[] angular_velocity_covariance, Vector3 linear_acceleration, double[] linear_acceleration_covariance) {
    public Imu {
        Fixed.check("orientation_covariance", orientation_covariance, 9);
        Fixed.check("angular_velocity_covariance", angular_velocity_covariance, 9);
        Fixed.check("linear_acceleration_covariance", linear_acceleration_covariance, 9);
    }

    /** All zeros. */
    public static Imu blank() {
        return new Imu(Header.blank(), new Quaternion(0, 0, 0, 0), new double[9], Vector3.ZERO, new double[9],
                Vector3.ZERO, new double[9]);
    }
}
