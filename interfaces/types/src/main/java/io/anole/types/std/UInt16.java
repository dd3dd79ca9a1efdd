package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * An unsigned number of 16 bits.
 *
 * @param data 0 to 65,535
 */
@TypeName("std_msgs/UInt16")
public record UInt16(int data) {
    public UInt16 {
        if (data < 0 || data > 0xFFFF) {
            throw new IllegalArgumentException("data " + data + " is not within 0 and 65535");
        }
    }
}
