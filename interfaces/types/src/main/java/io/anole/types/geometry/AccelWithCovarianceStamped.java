package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * An acceleration with its uncertainty in a frame.
 *
 * @param header time and frame
 * @param accel  the acceleration
 */
@TypeName("geometry_msgs/AccelWithCovarianceStamped")
public record AccelWithCovarianceStamped(Header header, AccelWithCovariance accel) {
}
