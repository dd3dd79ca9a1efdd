package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A point in time as a message of its own.
 *
 * @param data the time
 */
@TypeName("std_msgs/Time")
public record TimeValue(Time data) {
}
