package io.anole.types.nav;

import io.anole.bus.TypeName;
import io.anole.types.geometry.PoseStamped;
import io.anole.types.std.Header;
import java.util.List;

/**
 * Poses to follow, in order.
 *
 * @param header time and frame
 * @param poses  the poses
 */
@TypeName("nav_msgs/Path")
public record Path(Header header, List<PoseStamped> poses) {
}
