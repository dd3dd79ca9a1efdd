package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A place.
 *
 * @param x m
 * @param y m
 * @param z m
 */
@TypeName("geometry_msgs/Point")
public record Point(double x, double y, double z) {
    /** The frame's origin. */
    public static final Point ORIGIN = new Point(0, 0, 0);
}
