package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * The inertia of a rigid body in a frame.
 *
 * @param header  time and frame
 * @param inertia the inertia
 */
@TypeName("geometry_msgs/InertiaStamped")
public record InertiaStamped(Header header, Inertia inertia) {
}
