package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * An unsigned number of 8 bits.
 *
 * @param data 0 to 255
 */
@TypeName("std_msgs/UInt8")
public record UInt8(int data) {
    public UInt8 {
        if (data < 0 || data > 255) {
            throw new IllegalArgumentException("data " + data + " is not within 0 and 255");
        }
    }
}
