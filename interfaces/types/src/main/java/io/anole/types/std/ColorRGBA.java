package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A colour.
 *
 * @param r red, 0 to 1
 * @param g green, 0 to 1
 * @param b blue, 0 to 1
 * @param a opacity, 0 (clear) to 1
 */
@TypeName("std_msgs/ColorRGBA")
public record ColorRGBA(float r, float g, float b, float a) {
}
