package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code anole doctor} says of a robot that is wrong in many ways: each cause once, with why and what to do. */
class DoctorIT {
    private static final String BROKEN = """
            {"io.anole.bus~cloud": {"provider": "mqtt"},
             "io.anole.bus~weak": {"provider": "local", "threads:Integer": -1},
             "io.anole.bus~none": {},
             "io.anole.process.exec~Upper": {"command": ["sleep", "99"]},
             "io.anole.process.exec~gone": {"command": ["/no/such/driver"]},
             "io.anole.process.exec~sky": {"command": ["sleep", "99"], "process.bus": "cloud"},
             "io.anole.process.exec~star": {"command": ["sleep", "99"], "process.depends": ["sky"]},
             "io.anole.process.exec~lost": {"command": ["sleep", "99"], "process.bus": "ros"},
             "io.anole.process.exec~lonely": {"command": ["sleep", "99"], "process.depends": ["friend"]},
             "io.anole.process.exec~late": {"command": ["sleep", "99"], "process.depends": ["gone"]}}
            """;

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    @TempDir
    Path directory;

    @Test
    void everyCauseIsToldOnceWithWhyAndWhatToDo() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"), PRIVATE);
        Files.writeString(Files.createDirectory(home.resolve("etc"), PRIVATE).resolve("broken.json"), BROKEN);
        Path importer = new TestJar("importer").header("Import-Package", "org.nowhere").feature(directory, "");
        try (Robot robot = Robot.start(home, "--features", "core,exec," + importer, "--ready-timeout", "1")) {
            robot.awaitLine(line -> line.contains("It goes on trying"));

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(found(robot)).containsExactly(
                    "problem ready   component io.anole.core.internal.BusComponent (io.anole.bus~weak) failed"
                            + " why: bus 'weak': threads: -1 is not within 0 and 1024"
                            + " do: mend its configuration: anole config set io.anole.bus~weak KEY=VALUE",
                    "problem config  io.anole.process.exec~Upper: process.name: 'Upper' is no name of a process: up to 64 lower case "
                            + "letters, digits, '-', '_' and '.'"
                            + " why: etc/broken.json has it do: mend it by 'anole config set', or there: that is read at the next start",
                    "problem bundle  importer 1.0.0 is installed: what it offers is not there"
                            + " why: it is not started: package org.nowhere is missing"
                            + " do: install what is missing, or a version that starts",
                    "problem bus     cloud is not there: there is no provider of kind 'mqtt'; install it, as by 'anole feature install mqtt'"
                            + " do: mend its configuration, io.anole.bus~cloud, or install its provider",
                    "problem bus     none is not there: its configuration names no provider, such as provider=local"
                            + " do: give it one: anole config set io.anole.bus~none provider=local",
                    "problem process gone is finalized, of bundle io.anole.process.exec 0.1.0"
                            + " why: command: /no/such/driver is not there, or no file"
                            + " do: mend the cause, then: anole process restart gone",
                    "notice  process late waits for process 'gone'"
                            + " why: that is a problem of its own here do: it starts by itself when that is there",
                    "problem process lonely waits for process 'friend'"
                            + " why: no process has that name do: install the bundle that has it, or take it out of process.depends",
                    "problem process lost waits for bus 'ros'"
                            + " why: no configuration io.anole.bus~ros is there"
                            + " do: make one: anole config set io.anole.bus~ros provider=local; or name another bus (process.bus)",
                    "notice  process sky, star wait for bus 'cloud'"
                            + " why: that is a problem of its own here do: they start by themselves when that is there"));
        }
    }

    /** A codec's configuration keeps two codecs and two servlets from being there, and is mended. */
    @Test
    void whatFollowsFromAConfigurationIsANoticeAndWellOnceThatIsMended() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"), PRIVATE);
        Files.writeString(Files.createDirectory(home.resolve("etc"), PRIVATE).resolve("codec.json"),
                "{\"io.anole.codec\": {\"max.depth:Integer\": -5}}");
        try (Robot robot = Robot.start(home, "--features", "core,gateway", "--port", "0", "--ready-timeout", "1")) {
            robot.awaitLine(line -> line.contains("It goes on trying"));

            String follows = " failed: service io.anole.bus.Codec could not be had, as component io.anole.codec.internal.JsonCodec "
                    + "(io.anole.codec) failed why: that is a problem of its own here do: it starts by itself when that is mended";
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(found(robot)).containsExactlyInAnyOrder(
                    "notice  ready   component io.anole.gateway.internal.rest.RestServlet" + follows,
                    "notice  ready   component io.anole.gateway.internal.rosbridge.RosbridgeServlet" + follows,
                    "problem config  io.anole.codec: max.depth = '-5' is too small (Depth: Deepest nesting of maps and lists)"
                            + " why: etc/codec.json has it do: mend it by 'anole config set', or there: that is read at the next start"));
            assertThat(robot.cli("config", "set", "io.anole.codec", "max.depth=50").code()).isZero();
            robot.awaitReady();
        }
        assertThat(Files.readString(home.resolve("log/anole.log"))).contains("Error during instantiation", "max.depth: -5 is not positive",
                "at io.anole.codec.internal.");
    }

    /** Each finding that is not well, with its why and do, as one line. */
    private static List<String> found(Robot robot) throws Exception {
        Robot.Result sick = robot.cli("doctor");
        assertThat(sick.code()).isEqualTo(1);
        return sick.out().replaceAll("\n +(why|do): +", " $1: ").lines().filter(line -> !line.startsWith("ok ")).toList();
    }
}
