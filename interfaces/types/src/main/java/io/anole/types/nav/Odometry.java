package io.anole.types.nav;

import io.anole.bus.TypeName;
import io.anole.types.geometry.Pose;
import io.anole.types.geometry.PoseWithCovariance;
import io.anole.types.geometry.Twist;
import io.anole.types.geometry.TwistWithCovariance;
import io.anole.types.std.Header;

/**
 * An estimate of pose and velocity from motion.
 *
 * @param header         time, and the frame of the pose
 * @param child_frame_id the moving frame, in which the velocity is told
 * @param pose           where it is
 * @param twist          how it moves
 */
@TypeName("nav_msgs/Odometry")
public record Odometry(Header header, String child_frame_id, PoseWithCovariance pose, TwistWithCovariance twist) {
    /** An estimate of which no uncertainty is told. */
    public static Odometry of(Header header, String child_frame_id, Pose pose, Twist twist) {
        return new Odometry(header, child_frame_id, PoseWithCovariance.of(pose), TwistWithCovariance.of(twist));
    }
}
