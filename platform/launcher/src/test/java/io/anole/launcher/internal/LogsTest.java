package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogsTest {
    private static final Logger LOG = LoggerFactory.getLogger("robot.Arm");

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        Logs.stop();
    }

    @Test
    void aLineOfJsonTellsAllOfAMessage() throws Exception {
        try (Home home = Home.open(directory, true)) {
            Logs.start(home, true);
            LOG.info("the \"arm\" is at {}\nor so", 1.5);
            LOG.info("it broke", new IllegalStateException("no power"));
            Logs.stop();
            List<String> lines = Files.readAllLines(home.resolve("log/anole.log"));
            assertThat(lines).hasSize(2);
            Map<String, Json> first = read(lines.get(0));
            assertThat(first.get("formattedMessage").value()).isEqualTo("the \"arm\" is at 1.5\nor so");
            assertThat(first.get("level").value()).isEqualTo("INFO");
            assertThat(first.get("loggerName").value()).isEqualTo("robot.Arm");
            assertThat(first.get("threadName").value()).isEqualTo(Thread.currentThread().getName());
            assertThat(first.get("timestamp").value()).isInstanceOf(Number.class);
            assertThat(read(lines.get(1)).get("throwable").object("throwable").get("message").value()).isEqualTo("no power");
        }
    }

    private static Map<String, Json> read(String line) throws LaunchException {
        return Json.read("anole.log", new StringReader(line)).object("line");
    }

    @Test
    void aFileThatIsFullGivesWayToTheNextAndTheEldestGoes() throws Exception {
        try (Home home = Home.open(directory, true)) {
            Logs.start(home, true);
            String much = "x".repeat(1 << 14);
            Path eldest = home.resolve("log/anole.5.log");
            for (long end = System.nanoTime() + 60_000_000_000L; !Files.exists(eldest) && System.nanoTime() < end;) {
                LOG.info(much);
            }
            assertThat(eldest).exists();
            LOG.info("the last");
            assertThat(home.resolve("log/anole.6.log")).doesNotExist();
            assertThat(home.resolve("log/anole.log")).content().contains("\"formattedMessage\":\"the last\"");
        }
    }
}
