package io.anole.types.nav;

import io.anole.bus.TypeName;
import io.anole.types.geometry.Point;
import io.anole.types.std.Header;
import java.util.List;

/**
 * Some cells of a grid.
 *
 * @param header      time and frame
 * @param cell_width  m
 * @param cell_height m
 * @param cells       their centres, m
 */
@TypeName("nav_msgs/GridCells")
public record GridCells(Header header, float cell_width, float cell_height, List<Point> cells) {
}
