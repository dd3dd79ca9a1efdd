package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One reading of a single-beam range finder.
 *
 * @param header         time and frame; the beam leaves along x
 * @param radiation_type {@link #ULTRASOUND} or {@link #INFRARED}
 * @param field_of_view  width of the beam, rad
 * @param min_range      shorter readings are not valid, m
 * @param max_range      longer readings are not valid, m
 * @param range          m; of a device that tells only near or far, -Infinity (something) or +Infinity (nothing)
 */
@TypeName("sensor_msgs/Range")
public record Range(Header header, int radiation_type, float field_of_view, float min_range, float max_range,
        float range) {
    public static final int ULTRASOUND = 0;
    public static final int INFRARED = 1;
}
