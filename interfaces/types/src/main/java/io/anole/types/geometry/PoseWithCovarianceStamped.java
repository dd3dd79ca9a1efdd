package io.anole.types.geometry;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A pose with its uncertainty in a frame.
 *
 * @param header time and frame
 * @param pose   the pose
 */
@TypeName("geometry_msgs/PoseWithCovarianceStamped")
public record PoseWithCovarianceStamped(Header header, PoseWithCovariance pose) {
}
