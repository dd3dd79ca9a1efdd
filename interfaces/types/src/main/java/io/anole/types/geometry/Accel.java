package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * An acceleration.
 *
 * @param linear  m/s² along the axes
 * @param angular rad/s² about the axes
 */
@TypeName("geometry_msgs/Accel")
public record Accel(Vector3 linear, Vector3 angular) {
}
