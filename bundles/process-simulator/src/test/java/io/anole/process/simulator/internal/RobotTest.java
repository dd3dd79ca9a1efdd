package io.anole.process.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RobotTest {
    private static final Limits LIMITS = new Limits(1, 2, 1, 2, 4);
    private static final double STEP = 0.005;

    private static void run(Robot robot, double seconds) {
        for (int i = 0; i < Math.round(seconds / STEP); i++) {
            robot.step(STEP);
        }
    }

    @Test
    void itSpeedsUpAndBrakesWithinItsLimits() {
        Robot robot = new Robot(World.of(), LIMITS, 0.2, new Pose(0, 0, 0));
        robot.command(5, 0);
        run(robot, 0.5);
        assertThat(robot.speed()).isEqualTo(0.5, within(1e-9));
        run(robot, 5);
        assertThat(robot.speed()).as("cut to the limit").isEqualTo(1, within(1e-9));
        double x = robot.pose().x();
        robot.command(0, 0);
        run(robot, 0.25);
        assertThat(robot.speed()).as("brakes at 2 m/s²").isEqualTo(0.5, within(1e-9));
        run(robot, 0.25);
        assertThat(robot.speed()).isZero();
        assertThat(robot.driving()).isFalse();
        assertThat(robot.pose().x() - x).as("v²/2a").isEqualTo(0.25, within(0.01));
    }

    @Test
    void itTurnsOnTheSpot() {
        Robot robot = new Robot(World.of(), LIMITS, 0.2, new Pose(1, 1, 0));
        robot.command(0, -9);
        run(robot, 1);
        assertThat(robot.turn()).isEqualTo(-2, within(1e-9));
        assertThat(robot.pose().x()).isEqualTo(1, within(1e-12));
        assertThat(robot.pose().heading()).isNegative();
    }

    @Test
    void aWallInFrontStopsItAndTheReportedSpeedSaysSo() {
        Robot robot = new Robot(World.of("2 -5 2 5"), LIMITS, 0.2, new Pose(0, 0, 0));
        robot.command(1, 0);
        run(robot, 10);
        assertThat(robot.pose().x()).isEqualTo(1.8, within(1e-6));
        assertThat(robot.speed()).isEqualTo(0, within(1e-6));
        robot.command(-1, 0);
        run(robot, 2);
        assertThat(robot.pose().x()).as("and it comes free again").isLessThan(1.5);
    }

    @Test
    void aSlantedWallIsSlidAlong() {
        Robot robot = new Robot(World.of("0 -1 10 -1"), LIMITS, 0.2, new Pose(0, 0, -0.3));
        robot.command(1, 0);
        run(robot, 6);
        assertThat(robot.pose().y()).isEqualTo(-0.8, within(1e-6));
        assertThat(robot.pose().x()).isGreaterThan(4);
        assertThat(robot.speed()).isBetween(0.8, 0.95);
    }

    @Test
    void whateverIsCommandedItNeverTouchesAWall() {
        World world = World.of("0 0 4 0 4 3 0 3 0 0", "2 0 2 1.2", "2 1.9 2 3", "3 1 3.4 1.4 3 1.8");
        for (double most : new double[] {1, 20}) {
            Robot robot = new Robot(world, new Limits(most, 4, 100, 100, 100), 0.2, new Pose(1, 1, 0));
            Random random = new Random(7);
            for (int i = 0; i < 20_000; i++) {
                if (i % 20 == 0) {
                    robot.command((random.nextDouble() - 0.3) * 2 * most, (random.nextDouble() - 0.5) * 8);
                }
                robot.step(STEP);
                Pose pose = robot.pose();
                assertThat(world.fits(pose.x(), pose.y(), 0.2 - 1e-6)).as("step %s at %s", i, pose).isTrue();
                assertThat(pose.x()).isBetween(0.0, 4.0);
                assertThat(pose.y()).isBetween(0.0, 3.0);
            }
        }
    }

    @Test
    void aStartInsideAWallIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Robot(World.of("0 0 1 0"), LIMITS, 0.2, new Pose(0.5, 0.1, 0)))
                .withMessage("the robot can't start at 0.5 0.1: a wall is nearer than its radius of 0.2 m");
    }
}
