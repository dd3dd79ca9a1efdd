package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One reading of a thermometer.
 *
 * @param header      time, and the frame of the place
 * @param temperature °C
 * @param variance    °C², 0 if unknown
 */
@TypeName("sensor_msgs/Temperature")
public record Temperature(Header header, double temperature, double variance) {
}
