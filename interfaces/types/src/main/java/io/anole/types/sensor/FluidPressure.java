package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One reading of a barometer, or of a pressure gauge under water.
 *
 * @param header         time, and the frame of the place
 * @param fluid_pressure Pa
 * @param variance       Pa², 0 if unknown
 */
@TypeName("sensor_msgs/FluidPressure")
public record FluidPressure(Header header, double fluid_pressure, double variance) {
}
