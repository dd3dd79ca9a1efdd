package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * One sweep of a planar range finder.
 *
 * @param header          time of the first ray, and the frame the angles are in: counter-clockwise about z, 0 forward
 *                        along x
 * @param angle_min       angle of the first ray, rad
 * @param angle_max       angle of the last ray, rad
 * @param angle_increment between rays, rad
 * @param time_increment  between rays, s; 0 if all are taken at once
 * @param scan_time       between sweeps, s
 * @param range_min       shorter ranges are to be ignored, m
 * @param range_max       longer ranges are to be ignored, m
 * @param ranges          m, one per ray
 * @param intensities     in the device's own units, one per ray; empty if it tells none
 */
@TypeName("sensor_msgs/LaserScan")
public record LaserScan(Header header, float angle_min, float angle_max, float angle_increment, float time_increment,
        float scan_time, float range_min, float range_max, float[] ranges, float[] intensities) {
}
