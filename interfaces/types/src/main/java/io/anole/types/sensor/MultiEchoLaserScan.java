package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import java.util.List;

/**
 * One sweep of a planar range finder that hears several echoes per ray; see {@link LaserScan}.
 *
 * @param header          time of the first ray, and the frame
 * @param angle_min       angle of the first ray, rad
 * @param angle_max       angle of the last ray, rad
 * @param angle_increment between rays, rad
 * @param time_increment  between rays, s
 * @param scan_time       between sweeps, s
 * @param range_min       m
 * @param range_max       m
 * @param ranges          m, one per ray
 * @param intensities     one per ray; empty if the device tells none
 */
@TypeName("sensor_msgs/MultiEchoLaserScan")
public record MultiEchoLaserScan(Header header, float angle_min, float angle_max, float angle_increment,
        float time_increment, float scan_time, float range_min, float range_max, List<LaserEcho> ranges,
        List<LaserEcho> intensities) {
}
