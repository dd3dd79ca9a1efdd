package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One reading of a photometer.
 *
 * @param header      time and frame; light is measured along x
 * @param illuminance lux
 * @param variance    lux², 0 if unknown
 */
@TypeName("sensor_msgs/Illuminance")
public record Illuminance(Header header, double illuminance, double variance) {
}
