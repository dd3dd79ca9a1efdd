package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A force and a torque in a frame.
 *
 * @param header time and frame
 * @param wrench force and torque
 */
@TypeName("geometry_msgs/WrenchStamped")
public record WrenchStamped(Header header, Wrench wrench) {
}
