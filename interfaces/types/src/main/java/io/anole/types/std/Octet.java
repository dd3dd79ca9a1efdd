package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * ROS 1's {@code byte}: a signed number of 8 bits.
 *
 * @param data the number
 */
@TypeName("std_msgs/Byte")
public record Octet(byte data) {
}
