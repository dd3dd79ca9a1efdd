package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A floating-point number of 32 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Float32")
public record Float32(float data) {
}
