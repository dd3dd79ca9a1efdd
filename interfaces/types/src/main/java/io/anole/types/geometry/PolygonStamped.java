package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * An area in a frame.
 *
 * @param header  time and frame
 * @param polygon the area
 */
@TypeName("geometry_msgs/PolygonStamped")
public record PolygonStamped(Header header, Polygon polygon) {
}
