package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A signed number of 8 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Int8")
public record Int8(byte data) {
}
