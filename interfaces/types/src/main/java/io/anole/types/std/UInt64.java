package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * An unsigned number of 64 bits, of which Java holds 63.
 *
 * @param data 0 to 2^63 - 1
 */
@TypeName("std_msgs/UInt64")
public record UInt64(long data) {
    public UInt64 {
        if (data < 0) {
            throw new IllegalArgumentException("data " + data + " is negative");
        }
    }
}
