package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * The state of a joystick.
 *
 * @param header  time
 * @param axes    -1 to 1 each
 * @param buttons 1 while pressed, else 0
 */
@TypeName("sensor_msgs/Joy")
public record Joy(Header header, float[] axes, int[] buttons) {
}
