package io.anole.types.nav;

import io.anole.bus.TypeName;
import io.anole.types.geometry.Pose;
import io.anole.types.std.Time;

/**
 * Size and place of an {@link OccupancyGrid}.
 *
 * @param map_load_time when the map was loaded
 * @param resolution    edge of a cell, m
 * @param width         cells along x
 * @param height        cells along y
 * @param origin        the pose of the corner of cell (0, 0)
 */
@TypeName("nav_msgs/MapMetaData")
public record MapMetaData(Time map_load_time, float resolution, int width, int height, Pose origin) {
}
