package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A signed number of 16 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Int16")
public record Int16(short data) {
}
