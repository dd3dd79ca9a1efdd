package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * A vector in space: a direction and a length, without a place. Also three angles or rates about the axes.
 *
 * @param x along the x axis (forward on a robot's body)
 * @param y along the y axis (left)
 * @param z along the z axis (up)
 */
@TypeName("geometry_msgs/Vector3")
public record Vector3(double x, double y, double z) {
    /** Nothing in any direction. */
    public static final Vector3 ZERO = new Vector3(0, 0, 0);
}
