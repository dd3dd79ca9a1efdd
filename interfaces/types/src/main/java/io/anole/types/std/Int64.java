package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A signed number of 64 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Int64")
public record Int64(long data) {
}
