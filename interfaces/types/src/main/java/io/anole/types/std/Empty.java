package io.anole.types.std;

import io.anole.bus.TypeName;

/** Says only that it was sent. */
@TypeName("std_msgs/Empty")
public record Empty() {
}
