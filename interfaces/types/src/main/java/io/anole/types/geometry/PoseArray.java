package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import java.util.List;

/**
 * Several poses in one frame.
 *
 * @param header time and frame
 * @param poses  the poses
 */
@TypeName("geometry_msgs/PoseArray")
public record PoseArray(Header header, List<Pose> poses) {
}
