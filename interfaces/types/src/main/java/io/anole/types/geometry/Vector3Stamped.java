package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A vector in a frame.
 *
 * @param header time and frame
 * @param vector the vector
 */
@TypeName("geometry_msgs/Vector3Stamped")
public record Vector3Stamped(Header header, Vector3 vector) {
}
