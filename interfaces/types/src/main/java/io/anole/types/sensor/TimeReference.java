package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import io.anole.types.std.Time;

/**
 * What an outside clock showed.
 *
 * @param header   this system's time of the reading
 * @param time_ref the outside clock's time
 * @param source   the outside clock
 */
@TypeName("sensor_msgs/TimeReference")
public record TimeReference(Header header, Time time_ref, String source) {
}
