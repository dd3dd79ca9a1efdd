package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import java.util.List;

/**
 * The state of joints; each array has one entry per name, or is empty.
 *
 * @param header   time
 * @param name     the joints
 * @param position rad, or m for sliding joints
 * @param velocity rad/s or m/s
 * @param effort   N·m or N
 */
@TypeName("sensor_msgs/JointState")
public record JointState(Header header, List<String> name, double[] position, double[] velocity, double[] effort) {
}
