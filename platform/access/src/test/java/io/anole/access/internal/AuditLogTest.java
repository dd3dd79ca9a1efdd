package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AuditLogTest {
    @TempDir
    private Path directory;
    private Instant now = Instant.parse("2026-11-21T12:00:00.123456Z");
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    private AuditLog log(long longest) {
        return new AuditLog(directory.resolve("audit.log"), longest, 3, clock);
    }

    @Test
    void aLineTellsWhoDidWhatWhenAndHowItEnded() throws IOException {
        AuditLog log = log(4096);
        log.record("cli", "ada", "", "param set /x", "0");
        log.record("api", "pad", "10.0.0.7", "PUT \"/\\\u2028\n\u009b", "204");
        assertThat(log.latest(10)).containsExactly(
                "{\"time\":\"2026-11-21T12:00:00.123Z\",\"door\":\"cli\",\"who\":\"ada\",\"what\":\"param set /x\",\"result\":\"0\"}",
                "{\"time\":\"2026-11-21T12:00:00.123Z\",\"door\":\"api\",\"who\":\"pad\",\"from\":\"10.0.0.7\","
                        + "\"what\":\"PUT \\\"/\\\\\\u2028\\u000a\\u009b\",\"result\":\"204\"}");
        assertThat(log.latest(1)).singleElement().asString().contains("pad");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void filesAreBoundedAndTheNewestIsKept() throws IOException {
        AuditLog log = log(4096);
        for (int i = 0; i < 1000; i++) {
            log.record("api", "pad", "", "deed " + i + " " + "x".repeat(500), "204");
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.toList()).hasSize(3).allSatisfy(file -> assertThat(file).satisfies(one ->
                    assertThat(Files.size(one)).isBetween(1000L, 4096L)));
        }
        assertThat(log.latest(1000)).hasSizeBetween(20, 45).last().asString().contains("deed 999 ").contains("x...\"");
    }

    @Test
    void whatIsDoneAgainAndAgainIsCountedAndDoesNotPushOutWhatWasBefore() throws IOException {
        AuditLog log = log(4096);
        log.record("cli", "ada", "", "process stop simulator", "0");
        for (int i = 0; i < 100_000; i++) {
            log.record("api", "pad", "", "POST publish /cmd_vel", "204");
        }
        assertThat(log.latest(1000)).hasSize(11).first().asString().contains("process stop");
        now = now.plusSeconds(61);
        log.record("api", "pad", "", "POST publish /cmd_vel", "204");
        assertThat(log.latest(2)).first().asString().contains("\"more\":99990}");
        assertThat(log.latest(1)).singleElement().asString().doesNotContain("more");
        for (int i = 0; i < 12; i++) {
            log.record("api", "pad", "", "POST publish /cmd_vel", "204");
        }
        log.close();
        assertThat(log.latest(1)).singleElement().asString().contains("\"more\":3}");
    }

    @Test
    void manyDifferentDeedsFillNoMemoryAndLoseNoCount() throws IOException {
        AuditLog log = log(1 << 20);
        for (int i = 0; i < 20; i++) {
            log.record("api", "pad", "", "again", "204");
        }
        for (int i = 0; i < AuditLog.COUNTED; i++) {
            log.record("api", "pad", "", "deed " + i, "204");
        }
        assertThat(log.latest(1000)).filteredOn(line -> line.contains("\"again\"")).hasSize(11).last().asString()
                .contains("\"more\":10}");
    }

    @Test
    void whereNothingCanBeWrittenTheRobotGoesOn() throws IOException {
        Files.createFile(directory.resolve("none"));
        AuditLog log = new AuditLog(directory.resolve("none/audit.log"), 4096, 3, clock);
        log.record("cli", "ada", "", "estop", "0");
        assertThat(log.latest(5)).isEmpty();
        Files.delete(directory.resolve("none"));
        log.record("cli", "ada", "", "estop", "0");
        assertThat(log.latest(5)).hasSize(1);
    }

    /** Such as a process that is stopped because of what it does. */
    @Test
    void whoIsInterruptedBeforeOrMeanwhileIsWrittenDownOnceAndStaysInterrupted() throws IOException {
        AuditLog log = log(1 << 20);
        List<String> deeds = new ArrayList<>();
        Thread doer = Thread.currentThread();
        AtomicBoolean enough = new AtomicBoolean();
        Thread interrupter = new Thread(() -> {
            while (!enough.get()) {
                doer.interrupt();
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
            }
        }, "interrupting");
        interrupter.start();
        try {
            for (int i = 0; i < 500; i++) {
                doer.interrupt();
                record(log, "before " + i, deeds);
                assertThat(doer.isInterrupted()).isTrue();
                // The next one is interrupted in the middle, if at all.
                Thread.interrupted();
                record(log, "meanwhile " + i, deeds);
            }
        } finally {
            enough.set(true);
            while (interrupter.isAlive()) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }
        assertThat(log.latest(2000)).zipSatisfy(deeds, (line, deed) -> assertThat(line).contains('"' + deed + '"'));
    }

    private static void record(AuditLog log, String deed, List<String> deeds) {
        deeds.add(deed);
        log.record("cli", "ada", "", deed, "0");
    }

    @Test
    void aDirectoryThatIsNotThereOrNotAnyMoreIsMadeForItsOwner() throws IOException {
        Path place = directory.resolve("log");
        AuditLog log = new AuditLog(place.resolve("audit.log"), 4096, 3, clock);
        log.record("cli", "ada", "", "first", "0");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place))).isEqualTo("rwx------");
        Files.delete(place.resolve("audit.log"));
        Files.delete(place);
        log.record("cli", "ada", "", "second", "0");
        assertThat(log.latest(5)).singleElement().asString().contains("second");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("audit.log")))).isEqualTo("rw-------");
    }
}
