package io.anole.types.sensor;

import io.anole.bus.TypeName;

/**
 * A part of an image.
 *
 * @param x_offset   left edge, pixels
 * @param y_offset   upper edge, pixels
 * @param height     pixels
 * @param width      pixels
 * @param do_rectify whether the part is to be cut from the rectified image
 */
@TypeName("sensor_msgs/RegionOfInterest")
public record RegionOfInterest(int x_offset, int y_offset, int height, int width, boolean do_rectify) {
}
