package io.anole.types.sensor;

import io.anole.bus.TypeName;

/**
 * Several echoes of one ray.
 *
 * @param echoes ranges (m) or intensities (the device's own units)
 */
@TypeName("sensor_msgs/LaserEcho")
public record LaserEcho(float[] echoes) {
}
