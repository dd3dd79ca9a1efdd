package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcFilesTest {
    @TempDir
    Path home;

    @Test
    void a_pid_is_found_in_the_files_that_have_it() throws IOException {
        Files.createDirectory(home.resolve("etc"));
        Files.writeString(home.resolve("etc/b.json"), "{\"io.anole.bus~main\": {\"provider\": \"local\"}}");
        Files.writeString(home.resolve("etc/a.json"), "{\"io.anole.bus~main\": {}, \"io.anole.codec\": {}}");
        Files.writeString(home.resolve("etc/logback.xml"), "<!-- \"io.anole.codec\" -->");

        EtcFiles files = EtcFiles.in(home);

        assertThat(files.with("io.anole.bus~main")).containsExactly("etc/a.json", "etc/b.json");
        assertThat(files.with("io.anole.codec")).containsExactly("etc/a.json");
        assertThat(files.with("io.anole.bus")).isEmpty();
    }

    @Test
    void a_home_without_such_a_folder_has_none() throws IOException {
        assertThat(EtcFiles.in(home).with("io.anole.codec")).isEmpty();
    }
}
