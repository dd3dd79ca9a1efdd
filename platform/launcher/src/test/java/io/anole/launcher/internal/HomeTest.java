package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path directory;

    @Test
    void isForItsOwnerOnly() throws Exception {
        try (Home home = Home.open(directory.resolve("a/home"), true)) {
            home.runtimeId();
            for (String name : new String[] {".", "run", "config", "etc", "log", "deploy"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
                        .as(name).isEqualTo("rwx------");
            }
            for (String name : new String[] {"run/lock", "run/runtime-id"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
                        .as(name).isEqualTo("rw-------");
            }
            assertThat(home.resolve("run/lock")).content().isEqualTo(ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void outlastsAPowerCutUnlessItIsAChilds() throws Exception {
        Path home = directory.resolve("home");
        assertThat(forcedByOpening(home, true)).containsExactly(directory, home);
        assertThat(forcedByOpening(home, true)).isEmpty();

        Path child = directory.resolve("home/children/jvm-1");
        assertThat(forcedByOpening(child, false)).isEmpty();
        assertThat(child.resolve("config")).isDirectory();
    }

    /** What was forced to the disk meanwhile, in order, as the JVM itself tells. */
    private List<Path> forcedByOpening(Path home, boolean lasting) throws Exception {
        Path events = directory.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            Home.open(home, lasting).close();
            recording.stop();
            recording.dump(events);
        }
        return RecordingFile.readAllEvents(events).stream().filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
                .sorted((one, other) -> one.getStartTime().compareTo(other.getStartTime()))
                .map(event -> Path.of(event.getString("path"))).filter(path -> path.startsWith(directory)).toList();
    }

    @Test
    void keepsItsRuntimeId() throws Exception {
        String id;
        try (Home home = Home.open(directory, true)) {
            id = home.runtimeId();
        }
        try (Home home = Home.open(directory, true)) {
            assertThat(home.runtimeId()).isEqualTo(id).matches("[0-9a-f]{12}");
        }
        Files.writeString(directory.resolve("run/runtime-id"), "../x");
        try (Home home = Home.open(directory, true)) {
            assertThatThrownBy(home::runtimeId).hasMessageContaining("'../x' is no runtime id");
        }
    }

    @Test
    void saysWhyItCannotBeUsed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Home.open(file, true)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("is no directory");
        assertThatThrownBy(() -> Home.open(file.resolve("below"), true)).isInstanceOf(LaunchException.class)
                .satisfies(e -> assertThat(((LaunchException) e).code()).isEqualTo(LaunchException.CONFIGURATION));
    }
}
