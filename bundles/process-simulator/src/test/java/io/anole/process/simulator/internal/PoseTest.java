package io.anole.process.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PoseTest {
    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void aQuarterOfACircleEndsWhereGeometrySays() {
        Pose end = new Pose(0, 0, 0).moved(Math.PI / 2, Math.PI / 2, 1);
        assertThat(end.x()).isEqualTo(1, EXACT);
        assertThat(end.y()).isEqualTo(1, EXACT);
        assertThat(end.heading()).isEqualTo(Math.PI / 2, EXACT);
    }

    @Test
    void straightIsTheLimitOfEverWiderArcs() {
        Pose straight = new Pose(1, 2, 0.3).moved(2, 0, 1);
        assertThat(straight.x()).isEqualTo(1 + 2 * Math.cos(0.3), EXACT);
        for (double turn : new double[] {1e-7, 1e-9, -1e-9, 1e-300}) {
            assertThat(new Pose(1, 2, 0.3).moved(2, turn, 1).y()).isEqualTo(straight.y(), within(1e-6));
        }
    }

    @Test
    void manyStepsAndOneStepEndAtTheSamePlace() {
        Pose one = new Pose(0.5, -1, 2).moved(-0.7, 1.9, 2);
        Pose many = new Pose(0.5, -1, 2);
        for (int i = 0; i < 400; i++) {
            many = many.moved(-0.7, 1.9, 0.005);
        }
        assertThat(many.x()).isEqualTo(one.x(), within(1e-9));
        assertThat(many.y()).isEqualTo(one.y(), within(1e-9));
        assertThat(many.heading()).isEqualTo(one.heading(), within(1e-9));
    }

    @Test
    void headingsStayWithinHalfATurn() {
        assertThat(new Pose(0, 0, 3 * Math.PI / 2).heading()).isEqualTo(-Math.PI / 2, EXACT);
        assertThat(new Pose(0, 0, 0).moved(0, 1, 1000).heading()).isBetween(-Math.PI, Math.PI);
    }
}
