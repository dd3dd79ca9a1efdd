package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A length of time as a message of its own.
 *
 * @param data the length
 */
@TypeName("std_msgs/Duration")
public record SpanValue(Span data) {
}
