package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is unsatisfied and why, in words; and READY as soon as it is not. */
class ReadinessIT {
    @TempDir
    Path directory;

    private String complaintAbout(Path feature) throws Exception {
        try (Robot robot = Robot.start(directory.resolve("home"), "--features", "core," + feature, "--ready-timeout",
                "1")) {
            robot.awaitLine(line -> line.contains("It goes on trying"));
            assertThat(robot.output()).noneMatch(line -> line.startsWith("READY"))
                    .anyMatch(line -> line.endsWith("NOT READY, 1 thing is unsatisfied:"));
            return robot.output().stream().map(String::strip).filter(line -> line.startsWith("- ")).findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void namesAMissingPackage() throws Exception {
        Path feature = new TestJar("importer").header("Import-Package", "org.nowhere;version=\"[1.2,2)\"")
                .feature(directory, "");

        assertThat(complaintAbout(feature))
                .isEqualTo("- bundle importer is not started: package org.nowhere [1.2.0,2.0.0) is missing");
    }

    @Test
    void namesAMissingService() throws Exception {
        Path feature = new TestJar("lonely").component(BrokenComponent.class,
                "<reference name=\"r\" interface=\"org.nowhere.Friend\" target=\"(kind=good)\"/>").feature(directory, "");

        assertThat(complaintAbout(feature))
                .isEqualTo("- component lonely waits for service org.nowhere.Friend with (kind=good)");
    }

    // An exception in a component's birth: its first line, at the right place
    @Test
    void namesAFailedComponent() throws Exception {
        Path feature = new TestJar("broken").component(BrokenComponent.class, "").feature(directory, "");

        assertThat(complaintAbout(feature))
                .isEqualTo("- component broken failed: IllegalStateException: the wheel fell off");
    }

    @Test
    void namesABundleWhoseStartFails() throws Exception {
        Path feature = new TestJar("hollow").header("Bundle-Activator", "no.Such").feature(directory, "");

        assertThat(complaintAbout(feature)).startsWith("- bundle hollow did not start: ").contains("no.Such");
    }

    @Test
    void namesAProviderThatIsNotInstalled() throws Exception {
        Path feature = Files.writeString(directory.resolve("cloud.json"), "{\"id\": \"x:cloud:1\", \"configurations\":"
                + " {\"io.anole.bus~cloud\": {\"provider\": \"pigeon\"}}}");

        assertThat(complaintAbout(feature))
                .startsWith("- bus 'cloud': there is no provider of kind 'pigeon'");
    }

    @Test
    void becomesReadyWhenWhatIsMissingComes() throws Exception {
        Path importer = new TestJar("importer").header("Import-Package", "org.somewhere").feature(directory, "");
        Path exporter = new TestJar("exporter").header("Export-Package", "org.somewhere").feature(directory, "");

        try (Robot robot = Robot.start(directory.resolve("home"), "--features", "core," + importer, "--ready-timeout",
                "1")) {
            robot.awaitLine(line -> line.contains("NOT READY"));
            assertThat(robot.cli("feature", "install", exporter.toString()).err()).isEmpty();
            robot.awaitReady();
        }
    }
}
