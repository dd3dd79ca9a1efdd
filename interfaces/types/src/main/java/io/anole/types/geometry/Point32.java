package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A place with less precision, for large sets.
 *
 * @param x m
 * @param y m
 * @param z m
 */
@TypeName("geometry_msgs/Point32")
public record Point32(float x, float y, float z) {
}
