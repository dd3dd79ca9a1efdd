package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One reading of a hygrometer.
 *
 * @param header            time, and the frame of the place
 * @param relative_humidity 0 to 1
 * @param variance          of that, 0 if unknown
 */
@TypeName("sensor_msgs/RelativeHumidity")
public record RelativeHumidity(Header header, double relative_humidity, double variance) {
}
