package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A signed number of 32 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Int32")
public record Int32(int data) {
}
