package io.anole.types.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PoseTest {
    @Test
    void yawIsReadAsItWasWritten() {
        for (double yaw : new double[] {-3.1, -Math.PI / 2, 0, 0.3, Math.PI / 2, 3.1}) {
            assertThat(Quaternion.yaw(yaw).yaw()).isCloseTo(yaw, within(1e-12));
        }
        assertThat(Pose.of(1, 2, 0).orientation()).isEqualTo(Quaternion.IDENTITY);
    }

    @Test
    void aCovarianceHasItsSize() {
        assertThat(PoseWithCovariance.of(Pose.of(0, 0, 0)).covariance()).hasSize(36);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwistWithCovariance(Twist.STOP, new double[9]))
                .withMessage("covariance has 9 elements instead of 36");
    }
}
