package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A floating-point number of 64 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Float64")
public record Float64(double data) {
}
