package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path directory;

    @Test
    void isForItsOwnerOnly() throws Exception {
        try (Home home = Home.open(directory.resolve("a/home"))) {
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
    void keepsItsRuntimeId() throws Exception {
        String id;
        try (Home home = Home.open(directory)) {
            id = home.runtimeId();
        }
        try (Home home = Home.open(directory)) {
            assertThat(home.runtimeId()).isEqualTo(id).matches("[0-9a-f]{12}");
        }
        Files.writeString(directory.resolve("run/runtime-id"), "../x");
        try (Home home = Home.open(directory)) {
            assertThatThrownBy(home::runtimeId).hasMessageContaining("'../x' is no runtime id");
        }
    }

    @Test
    void saysWhyItCannotBeUsed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Home.open(file)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("is no directory");
        assertThatThrownBy(() -> Home.open(file.resolve("below"))).isInstanceOf(LaunchException.class)
                .satisfies(e -> assertThat(((LaunchException) e).code()).isEqualTo(LaunchException.CONFIGURATION));
    }
}
