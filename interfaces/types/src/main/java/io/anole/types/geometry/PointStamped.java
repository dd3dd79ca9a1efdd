package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A place in a frame.
 *
 * @param header time and frame
 * @param point  the place
 */
@TypeName("geometry_msgs/PointStamped")
public record PointStamped(Header header, Point point) {
}
