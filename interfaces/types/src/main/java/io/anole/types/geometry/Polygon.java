package io.anole.types.geometry;

import io.anole.bus.TypeName;
import java.util.List;

/**
 * An area; the last corner is joined to the first.
 *
 * @param points the corners, m
 */
@TypeName("geometry_msgs/Polygon")
public record Polygon(List<Point32> points) {
}
