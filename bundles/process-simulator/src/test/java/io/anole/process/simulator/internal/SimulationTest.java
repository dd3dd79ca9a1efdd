package io.anole.process.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long TIMEOUT = 500_000_000;

    private static Simulation simulation(double batteryMinutes) {
        World world = World.of("0 0 20 0 20 6 0 6 0 0");
        return new Simulation(world, new Limits(1, 2, 1, 2, 4), 0.2, new Pose(1, 3, 0), batteryMinutes, TIMEOUT,
                new Lidar(world, 8, 0.1, 10, 0.01, 42));
    }

    private static void run(Simulation simulation, double seconds) {
        for (int i = 0; i < Math.round(seconds * 1e9 / Simulation.STEP); i++) {
            simulation.step();
        }
    }

    @Test
    void itDrivesAsLongAsCommandsComeAndStopsWhenTheyDoNot() {
        Simulation simulation = simulation(60);
        for (int i = 0; i < 10; i++) {
            simulation.command(0.5, 0);
            run(simulation, 0.2);
        }
        assertThat(simulation.robot().speed()).isEqualTo(0.5, within(1e-9));
        run(simulation, 0.3);
        assertThat(simulation.robot().speed()).as("0.5 s after the last command").isEqualTo(0.5, within(1e-9));
        run(simulation, 0.005);
        assertThat(simulation.robot().speed()).as("brakes").isLessThan(0.5);
        run(simulation, 0.25);
        assertThat(simulation.robot().speed()).as("stands").isZero();
        double x = simulation.robot().pose().x();
        run(simulation, 10);
        assertThat(simulation.robot().pose().x()).isEqualTo(x);
    }

    @Test
    void theSameRunGivesTheSameNumbers() {
        Simulation one = simulation(60);
        Simulation two = simulation(60);
        for (int i = 0; i < 50; i++) {
            for (Simulation simulation : new Simulation[] {one, two}) {
                simulation.command(Math.sin(i), Math.cos(3 * i));
                run(simulation, 0.1);
            }
            assertThat(one.scan()).isEqualTo(two.scan());
        }
        assertThat(one.robot().pose()).isEqualTo(two.robot().pose());
        assertThat(one.battery().charge()).isEqualTo(two.battery().charge());
    }

    @Test
    void anEmptyBatteryStopsItAndTheDockFillsIt() {
        Simulation simulation = simulation(0.05);
        for (int i = 0; i < 100; i++) {
            simulation.command(1, 0);
            run(simulation, 0.1);
        }
        assertThat(simulation.battery().empty()).isTrue();
        assertThat(simulation.robot().speed()).isZero();
        assertThat(simulation.robot().pose().x()).isBetween(3.0, 5.0);
        simulation.reset();
        assertThat(simulation.battery().charge()).isEqualTo(1);
        simulation.command(0.4, 0);
        run(simulation, 0.5);
        simulation.command(-0.4, 0);
        run(simulation, 0.5);
        run(simulation, 1);
        double low = simulation.battery().charge();
        run(simulation, 0.01);
        assertThat(simulation.battery().charging()).isEqualTo(low < 1);
        run(simulation, 3);
        assertThat(simulation.battery().charge()).isEqualTo(1);
    }

    @Test
    void resetGoesBackToTheStartAndForgetsTheCommand() {
        Simulation simulation = simulation(60);
        simulation.command(1, 1);
        run(simulation, 0.4);
        simulation.reset();
        assertThat(simulation.robot().pose()).isEqualTo(new Pose(1, 3, 0));
        run(simulation, 0.05);
        assertThat(simulation.robot().pose()).isEqualTo(new Pose(1, 3, 0));
    }
}
