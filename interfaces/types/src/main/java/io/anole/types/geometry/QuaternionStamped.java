package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A rotation in a frame.
 *
 * @param header     time and frame
 * @param quaternion the rotation
 */
@TypeName("geometry_msgs/QuaternionStamped")
public record QuaternionStamped(Header header, Quaternion quaternion) {
}
