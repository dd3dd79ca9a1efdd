package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * ROS 1's {@code char}: an unsigned number of 8 bits.
 *
 * @param data 0 to 255
 */
@TypeName("std_msgs/Char")
public record Char(int data) {
    public Char {
        if (data < 0 || data > 255) {
            throw new IllegalArgumentException("data " + data + " is not within 0 and 255");
        }
    }
}
