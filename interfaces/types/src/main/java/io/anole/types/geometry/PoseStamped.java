package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A pose in a frame.
 *
 * @param header time and frame
 * @param pose   the pose
 */
@TypeName("geometry_msgs/PoseStamped")
public record PoseStamped(Header header, Pose pose) {
}
