package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * Where the frame {@code child_frame_id} lies in the header's frame.
 *
 * @param header         time and the parent frame
 * @param child_frame_id the frame that is placed
 * @param transform      its place
 */
@TypeName("geometry_msgs/TransformStamped")
public record TransformStamped(Header header, String child_frame_id, Transform transform) {
}
