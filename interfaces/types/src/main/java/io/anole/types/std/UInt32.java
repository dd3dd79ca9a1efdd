package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * An unsigned number of 32 bits.
 *
 * @param data 0 to 2^32 - 1
 */
@TypeName("std_msgs/UInt32")
public record UInt32(long data) {
    public UInt32 {
        if (data < 0 || data > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("data " + data + " is not within 0 and 4294967295");
        }
    }
}
