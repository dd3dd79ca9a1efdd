package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A velocity in a frame.
 *
 * @param header time and frame
 * @param twist  the velocity
 */
@TypeName("geometry_msgs/TwistStamped")
public record TwistStamped(Header header, Twist twist) {
}
