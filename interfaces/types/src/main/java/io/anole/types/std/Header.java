package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * What a stamped message begins with.
 *
 * @param seq      counts the publisher's messages; set by ROS 1, 0 elsewhere
 * @param stamp    when the data was taken
 * @param frame_id the coordinate frame that the data refers to
 */
@TypeName("std_msgs/Header")
public record Header(long seq, Time stamp, String frame_id) {
    /** Stamped with the wall clock. */
    public static Header now(String frame_id) {
        return new Header(0, Time.now(), frame_id);
    }

    /** The header of a message that was given none: stamped with the wall clock, as ROS tools do. */
    public static Header blank() {
        return now("");
    }
}
