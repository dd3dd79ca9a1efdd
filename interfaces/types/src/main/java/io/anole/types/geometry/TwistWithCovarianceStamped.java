package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A velocity with its uncertainty in a frame.
 *
 * @param header time and frame
 * @param twist  the velocity
 */
@TypeName("geometry_msgs/TwistWithCovarianceStamped")
public record TwistWithCovarianceStamped(Header header, TwistWithCovariance twist) {
}
