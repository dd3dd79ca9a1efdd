package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * An acceleration in a frame.
 *
 * @param header time and frame
 * @param accel  the acceleration
 */
@TypeName("geometry_msgs/AccelStamped")
public record AccelStamped(Header header, Accel accel) {
}
