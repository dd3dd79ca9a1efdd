package io.anole.deployer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final List<String> FIRST = List.of("begin", "tab\there", "line\nend", "back\\slash", "", "ü");
    private static final List<String> SECOND = List.of("end", "2");

    @TempDir
    private Path temp;

    private List<List<String>> read() throws IOException {
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            return journal.read();
        }
    }

    @Test
    void what_was_appended_is_read() throws IOException {
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            journal.append(FIRST);
            journal.append(SECOND);
        }
        assertThat(read()).containsExactly(FIRST, SECOND);
    }

    /** A power cut in the middle of a write: at whatever byte, what was whole before is whole. */
    @Test
    void a_torn_end_is_no_record() throws IOException {
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            journal.append(FIRST);
        }
        int whole = Files.readAllBytes(temp.resolve("journal")).length;
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            journal.append(SECOND);
        }
        byte[] both = Files.readAllBytes(temp.resolve("journal"));
        for (int length = whole; length < both.length; length++) {
            Files.write(temp.resolve("journal"), Arrays.copyOf(both, length));
            assertThat(read()).as("%d of %d bytes", length, both.length).containsExactly(FIRST);
        }
    }

    @Test
    void a_changed_byte_is_noticed_and_the_file_is_kept() throws IOException {
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            journal.append(SECOND);
            journal.append(FIRST);
        }
        byte[] bytes = Files.readAllBytes(temp.resolve("journal"));
        bytes[10] ^= 1;
        Files.write(temp.resolve("journal"), bytes);
        assertThat(read()).isEmpty();
        assertThat(temp.resolve("journal.damaged")).hasBinaryContent(bytes);
    }

    @Test
    void records_are_replaced_as_a_whole_and_what_follows_is_appended() throws IOException {
        try (Journal journal = Journal.open(temp.resolve("journal"))) {
            journal.append(FIRST);
            Files.writeString(temp.resolve("journal"), "half a rec", StandardOpenOption.APPEND);
            journal.replace(List.of(SECOND));
            journal.append(FIRST);
        }
        assertThat(read()).containsExactly(SECOND, FIRST);
    }
}
