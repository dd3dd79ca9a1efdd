package io.anole.process.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldTest {
    private final World room = World.of("0 0 4 0 4 3 0 3 0 0");

    @Test
    void aLineOfCornersIsAConnectedWall() {
        assertThat(World.of("0,0, 4,0  4 3", " ", "1 1 2 2").walls()).containsExactly(
                new Wall(0, 0, 4, 0), new Wall(4, 0, 4, 3), new Wall(1, 1, 2, 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 2 3        | expected the x and y of two or more corners, found 3 numbers
            1 2          | expected the x and y of two or more corners, found 2 numbers
            0 0 one 1    | 'one' is no number
            0 0 NaN 1    | NaN is beyond 10000.0 m
            0 0 1e9 1    | 1e9 is beyond 10000.0 m
            0 0 1 1 1 1  | two corners in a row are the same
            """)
    void whatIsWrongWithALineIsSaidInOneLine(String line, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> World.of("0 0 1 0", line))
                .withMessage("illegal wall '" + line + "': " + why);
    }

    @Test
    void thereAreNoEndlessWorlds() {
        String[] lines = Collections.nCopies(World.MAX_WALLS + 1, "0 0 1 1").toArray(String[]::new);
        assertThatIllegalArgumentException().isThrownBy(() -> World.of(lines)).withMessageContaining("at most 1000");
    }

    @Test
    void raysEndAtTheFirstWall() {
        World world = World.of("0 0 4 0 4 3 0 3 0 0", "3 0 3 3");
        assertThat(world.range(1, 1, 0, 10)).isEqualTo(2, within(1e-12));
        assertThat(world.range(1, 1, Math.PI, 10)).isEqualTo(1, within(1e-12));
        assertThat(world.range(1, 1, Math.PI / 2, 10)).isEqualTo(2, within(1e-12));
        assertThat(world.range(1, 1, -Math.PI / 4, 10)).isEqualTo(Math.sqrt(2), within(1e-12));
    }

    @Test
    void whatIsBeyondReachIsInfinitelyFar() {
        assertThat(room.range(1, 1, 0, 2.9)).isInfinite();
        assertThat(World.of().range(0, 0, 1, 100)).isInfinite();
        assertThat(World.of("0 1 5 1").range(0, 0, 0, 100)).as("parallel").isInfinite();
    }

    @Test
    void aDiscSlidesAlongAWallAndStopsInACorner() {
        Pose along = room.slide(new Pose(2, 0.5, 0), new Pose(2.1, 0.4, 0), 0.5);
        assertThat(along.x()).isEqualTo(2.1, within(1e-9));
        assertThat(along.y()).isEqualTo(0.5, within(1e-9));
        Pose corner = room.slide(new Pose(3.5, 0.5, 0), new Pose(3.6, 0.4, 0), 0.5);
        assertThat(corner.x()).isEqualTo(3.5, within(1e-9));
        assertThat(corner.y()).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void aDiscThatDoesNotFitThroughStaysOutside() {
        World gap = World.of("1 -5 1 -0.2", "1 0.2 1 5");
        Pose pose = new Pose(0, 0, 0);
        for (int i = 0; i < 100; i++) {
            pose = gap.slide(pose, pose.at(pose.x() + 0.1, 0), 0.3);
            assertThat(gap.fits(pose.x(), pose.y(), 0.3)).isTrue();
        }
        assertThat(pose.x()).isLessThan(1);
    }
}
