package io.anole.process.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LidarTest {
    private final World room = World.of("0 0 4 0 4 3 0 3 0 0");

    @Test
    void itMeasuresTheWallsAllAround() {
        Lidar lidar = new Lidar(room, 4, 0.1, 10, 0, 1);
        assertThat(lidar.scan(new Pose(1, 1, 0))).containsExactly(new float[] {1, 1, 3, 2}, within(1e-6f));
        assertThat(lidar.scan(new Pose(1, 1, Math.PI / 2))).as("turned with the robot")
                .containsExactly(new float[] {1, 3, 2, 1}, within(1e-6f));
    }

    @Test
    void beyondItsReachItReadsInfinity() {
        assertThat(new Lidar(room, 4, 0.1, 1.5, 0, 1).scan(new Pose(1, 1, 0)))
                .containsExactly(1, 1, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
    }

    @Test
    void noiseIsThereIsSmallAndTheSameForTheSameSeed() {
        Pose pose = new Pose(2, 1.5, 0.4);
        float[] exact = new Lidar(room, 360, 0.1, 10, 0, 5).scan(pose);
        float[] noisy = new Lidar(room, 360, 0.1, 10, 0.01, 5).scan(pose);
        assertThat(noisy).isNotEqualTo(exact).containsExactly(exact, within(0.06f));
        assertThat(new Lidar(room, 360, 0.1, 10, 0.01, 5).scan(pose)).isEqualTo(noisy);
        assertThat(new Lidar(room, 360, 0.1, 10, 0.01, 6).scan(pose)).isNotEqualTo(noisy);
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Lidar(room, 0, 0.1, 10, 0, 1))
                .withMessage("scan.rays=0 is not within 1 and 3600");
        assertThatIllegalArgumentException().isThrownBy(() -> new Lidar(room, 1, 0.1, Double.NaN, 0, 1))
                .withMessageStartingWith("scan.range=NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> new Lidar(room, 1, 0.1, 10, -1, 1))
                .withMessageStartingWith("scan.noise=-1.0");
    }
}
