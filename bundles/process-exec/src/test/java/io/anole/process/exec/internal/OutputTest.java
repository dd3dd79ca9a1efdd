package io.anole.process.exec.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {
    private static List<String> lines(String text) throws IOException {
        Output output = new Output(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 80);
        List<String> lines = new ArrayList<>();
        for (String line = output.next(); line != null; line = output.next()) {
            lines.add(line);
        }
        return lines;
    }

    @Test
    void lines_end_in_every_way_and_empty_ones_are_left_out() throws Exception {
        assertThat(lines("one\ntwo\r\n\n\rthree 12%\rthree 99%\nlast")).containsExactly("one", "two", "three 12%", "three 99%", "last");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n\n")).isEmpty();
    }

    @Test
    void an_endless_line_is_cut_and_the_next_one_is_whole() throws Exception {
        assertThat(lines("x".repeat(1_000_000) + "\nnext")).containsExactly("x".repeat(80) + "…", "next");
        assertThat(lines("x".repeat(80) + "\n")).containsExactly("x".repeat(80));
    }

    // a line of a program must not write to the terminal of who reads the log, nor look like one of the log
    @Test
    void colours_and_control_characters_are_taken_out() throws Exception {
        assertThat(lines("\u001b[31;1mred\u001b[0m \u001b]0;title\u0007 tab\tbell\u0007")).containsExactly("red ?]0;title? tab\tbell?");
        assertThat(lines("Grüße \u0085")).containsExactly("Grüße ?");
    }
}
