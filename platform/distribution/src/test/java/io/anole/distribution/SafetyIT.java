package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo robot under its safety rule alone: its own stop on silence is set to a minute. Silence stops it, what is stale does not move
 * it, and an emergency stop holds.
 */
class SafetyIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final double DEADLINE = 0.5;
    /** Nearly what the command says, and more than a period of braking leaves of it. */
    private static final double DRIVING = 0.49;
    /** From door to wheel: the rule's 20 ms, a cycle of the simulator, the first step of its brakes, and one of the odometry. */
    private static final double BOUND = 0.1;
    private static final String SIMULATOR = "\"io.anole.process.simulator\": {\"command.timeout.ms\": 60000, \"start.heading\": 0.0}";

    @TempDir
    private Path temp;

    private Robot robot(String name, String configurations, String features) throws Exception {
        Path etc = Files.createDirectories(temp.resolve(name).resolve("etc"));
        Files.writeString(etc.resolve("test.json"), "{" + configurations + "}");
        return Robot.start(temp.resolve(name), "--features", features, "--port", "0").awaitReady();
    }

    /** Where it is and when, in seconds, with its speed in m/s. */
    private record Motion(double time, double x, double speed) {
    }

    /** All odometry, as it comes out of the shell. */
    private static final class Odometry implements AutoCloseable {
        private final Process echo;
        private final List<Motion> motions = new ArrayList<>();

        Odometry(Robot robot) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(Robot.DISTRIBUTION.resolve("bin/anole").toString(), "topic", "echo", "/odom",
                    "--json");
            builder.environment().put("ANOLE_HOME", robot.home().toString());
            echo = builder.start();
            Thread reader = new Thread(this::read, "odometry");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = echo.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Motion motion = new Motion(number(line, "\"secs\":") + number(line, "\"nsecs\":") / 1e9,
                            number(line, "\"position\":{\"x\":"), number(line, "\"linear\":{\"x\":"));
                    synchronized (motions) {
                        motions.add(motion);
                    }
                }
            } catch (IOException e) {
                if (echo.isAlive()) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private static double number(String line, String before) {
            int from = line.indexOf(before) + before.length();
            int to = from;
            while ("+-.eE0123456789".indexOf(line.charAt(to)) >= 0) {
                to++;
            }
            return Double.parseDouble(line.substring(from, to));
        }

        List<Motion> all() {
            synchronized (motions) {
                return List.copyOf(motions);
            }
        }

        Motion last() {
            List<Motion> all = all();
            return all.isEmpty() ? new Motion(0, 0, 0) : all.get(all.size() - 1);
        }

        @Override
        public void close() {
            echo.destroy();
        }
    }

    private static boolean quiet() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() < Runtime.getRuntime().availableProcessors();
    }

    private static double wall() {
        return System.currentTimeMillis() / 1000.0;
    }

    /** Drives at full speed; the last moment at which a command can have been published. */
    private static double drive(Robot robot, Odometry odometry) throws Exception {
        await().atMost(SOON).until(() -> {
            assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(200);
            return odometry.last().speed() > DRIVING;
        });
        assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(200);
        return wall();
    }

    private static void stands(Odometry odometry, double lastCommand) {
        await().atMost(SOON).until(() -> odometry.last().time() > lastCommand + DEADLINE && odometry.last().speed() == 0);
        Motion braking = odometry.all().stream().filter(motion -> motion.time() > lastCommand && motion.speed() < DRIVING).findFirst()
                .orElseThrow();
        double late = braking.time() - lastCommand - DEADLINE;
        System.out.printf("it brakes %.1f ms after the deadline%n", late * 1000);
        assertThat(late).isGreaterThan(-0.1).isLessThan(quiet() ? BOUND : 1.0);
    }

    @Test
    void silenceStopsTheRobotAlsoWhenItsDriverDies() throws Exception {
        try (Robot robot = robot("home", SIMULATOR, "demo"); Odometry odometry = new Odometry(robot)) {
            stands(odometry, drive(robot, odometry));
            assertThat(robot.cli("service", "call", "/simulator/reset").code()).isZero();
            double last = drive(robot, odometry);
            assertThat(robot.cli("process", "stop", "teleop").code()).isZero();
            stands(odometry, last);
        }
    }

    @Test
    void anEmergencyStopHoldsOverARestartUntilItIsReset() throws Exception {
        try (Robot robot = robot("home", SIMULATOR, "demo"); Odometry odometry = new Odometry(robot)) {
            drive(robot, odometry);
            assertThat(robot.cli("estop", "smoke").out()).startsWith("EMERGENCY STOP: smoke (since ");
            await().atMost(SOON).until(() -> odometry.last().speed() == 0);
            assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(503);
            assertThat(robot.post("teleop", "forward").body()).contains("emergency stop: smoke");
            assertThat(robot.cli("doctor").code()).isEqualTo(1);
            assertThat(robot.cli("bus", "list").out()).startsWith("EMERGENCY STOP: smoke").contains("stopped 2");
            assertThat(robot.cli("topic", "echo", "/diagnostics", "--once", "--field", "status[0].level").out()).isEqualTo("2\n");
            assertThat(Files.getPosixFilePermissions(robot.home().resolve("run/estop"))).hasSize(2);
            robot.kill();
        }
        try (Robot robot = robot("home", SIMULATOR, "demo"); Odometry odometry = new Odometry(robot)) {
            await().atMost(SOON).until(() -> odometry.last().time() > 0);
            assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(503);
            assertThat(odometry.last().speed()).isZero();
            assertThat(robot.cli("estop", "reset").out()).isEqualTo("no emergency stop holds\n");
            drive(robot, odometry);
            assertThat(robot.cli("topic", "echo", "/diagnostics", "--once", "--field", "status[0].level").out()).isEqualTo("0\n");
        }
    }

    /** A driver on another runtime, without a lifespan of its own, goes on publishing while the broker is away. */
    @Test
    void commandsOfABrokersOutageNeverMoveTheRobot() throws Exception {
        int outage = Boolean.getBoolean("anole.soak") ? 10_000 : 3_000;
        try (Mosquitto broker = Mosquitto.start(Files.createDirectory(temp.resolve("broker")))) {
            staleCommandsMoveNothing(broker, outage);
        }
    }

    private void staleCommandsMoveNothing(Mosquitto broker, int outage) throws Exception {
        String bus = "\"io.anole.bus~main\": {\"provider\": \"mqtt\", \"url\": \"" + broker.url() + "\"}";
        try (Robot driver = robot("driver", bus, "core,mqtt");
                Robot robot = robot("base", bus + ", " + SIMULATOR, "core,http,console,demo,mqtt");
                Odometry odometry = new Odometry(robot)) {
            Process pub = pub(driver);
            await().atMost(SOON).until(() -> odometry.last().speed() > 0.3);
            broker.kill();
            await().atMost(SOON).until(() -> !robot.cli("bus", "list").out().contains(" up "));
            pub.waitFor(outage, TimeUnit.MILLISECONDS);
            pub.destroyForcibly().waitFor();
            broker.start();
            await().atMost(SOON).until(() -> robot.cli("bus", "list").out().contains(" up "));
            double back = wall();
            // What a driver with a longer queue would send now.
            for (int i = 1; i <= 5; i++) {
                late(broker.port(), i, outage);
            }
            await().atMost(SOON).until(() -> odometry.last().time() > back + 3);
            assertThat(odometry.all().stream().filter(motion -> motion.time() > back - 0.5)).isNotEmpty()
                    .allSatisfy(motion -> assertThat(motion.speed()).isZero());
            assertThat(robot.cli("bus", "info", "main").out()).containsPattern("/cmd_vel +subscription +simulator .*expired [5-9]");
        }
    }

    private static Process pub(Robot driver) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Robot.DISTRIBUTION.resolve("bin/anole").toString(), "topic", "pub", "/cmd_vel",
                "geometry_msgs/Twist", "{\"linear\":{\"x\":0.5}}", "--rate", "10").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("ANOLE_HOME", driver.home().toString());
        return builder.start();
    }

    /** A command of another runtime, published long ago. */
    private static void late(int port, int sequence, long age) throws Exception {
        String about = sequence + " " + TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - age) + " 0 0 other/driver/1";
        Process pub = new ProcessBuilder("mosquitto_pub", "-V", "5", "-p", Integer.toString(port), "-q", "1", "-t", "cmd_vel", "-m",
                "{\"linear\":{\"x\":0.5}}", "-D", "publish", "content-type", "application/json", "-D", "publish", "user-property", "anole",
                about).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(pub.waitFor()).isZero();
    }
}
