package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A text.
 *
 * @param data the text
 */
@TypeName("std_msgs/String")
public record Text(String data) {
}
