package io.anole.process.simulator.internal;

/**
 * The simulated robot and its time, which runs in fixed steps: the same world, seed and commands at the same steps give
 * the same run to the last bit. Knows nothing of clocks, threads and messages. Not safe for threads.
 */
final class Simulation {
    /** One step, in ns. */
    static final long STEP = 5_000_000;
    private static final double SECONDS = STEP / 1e9;
    /** The robot charges when it stands within this distance of where it started, in m. */
    private static final double DOCK = 0.3;

    private final World world;
    private final Limits limits;
    private final double radius;
    private final Pose start;
    private final double batteryMinutes;
    private final long commandTimeout;
    private final Lidar lidar;

    private Robot robot;
    private Battery battery;
    private long time;
    private long commanded;

    /**
     * @param commandTimeout ns after which a command no longer holds
     * @throws IllegalArgumentException with the setting, if one is wrong
     */
    Simulation(World world, Limits limits, double radius, Pose start, double batteryMinutes, long commandTimeout,
            Lidar lidar) {
        this.world = world;
        this.limits = limits;
        this.radius = Limits.require("robot.radius", radius, 10);
        this.start = start;
        this.batteryMinutes = batteryMinutes;
        this.commandTimeout = commandTimeout;
        this.lidar = lidar;
        reset();
    }

    /** Back to the start, standing, with a full battery. Time goes on. */
    void reset() {
        robot = new Robot(world, limits, radius, start);
        battery = new Battery(batteryMinutes);
    }

    /** Drives like this until the next command, or until it has been silent for too long. Both finite. */
    void command(double speed, double turn) {
        commanded = time;
        if (!battery.empty()) {
            robot.command(speed, turn);
        }
    }

    void step() {
        time += STEP;
        if (time - commanded > commandTimeout || battery.empty()) {
            robot.command(0, 0);
        }
        robot.step(SECONDS);
        boolean docked = Math.hypot(robot.pose().x() - start.x(), robot.pose().y() - start.y()) < DOCK;
        battery.step(SECONDS, robot.driving(), docked);
    }

    /** Simulated time, in ns. */
    long time() {
        return time;
    }

    Robot robot() {
        return robot;
    }

    Battery battery() {
        return battery;
    }

    World world() {
        return world;
    }

    double radius() {
        return radius;
    }

    Lidar lidar() {
        return lidar;
    }

    float[] scan() {
        return lidar.scan(robot.pose());
    }
}
