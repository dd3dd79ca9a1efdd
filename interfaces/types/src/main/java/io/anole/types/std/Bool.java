package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A truth value.
 *
 * @param data the value
 */
@TypeName("std_msgs/Bool")
public record Bool(boolean data) {
}
