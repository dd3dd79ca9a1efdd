package io.anole.types.sensor;

import io.anole.bus.TypeName;

/**
 * A signal to the one who holds a joystick.
 *
 * @param type      {@link #TYPE_LED}, {@link #TYPE_RUMBLE} or {@link #TYPE_BUZZER}
 * @param id        which of that type, from 0
 * @param intensity 0 to 1
 */
@TypeName("sensor_msgs/JoyFeedback")
public record JoyFeedback(int type, int id, float intensity) {
    public static final int TYPE_LED = 0;
    public static final int TYPE_RUMBLE = 1;
    public static final int TYPE_BUZZER = 2;
}
