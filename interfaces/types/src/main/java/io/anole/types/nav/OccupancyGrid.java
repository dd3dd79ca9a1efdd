package io.anole.types.nav;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A map of the ground in square cells.
 *
 * @param header time and frame
 * @param info   size and place
 * @param data   row by row from (0, 0), x first: 0 free to 100 occupied, -1 unknown
 */
@TypeName("nav_msgs/OccupancyGrid")
public record OccupancyGrid(Header header, MapMetaData info, byte[] data) {
}
