package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigCommandsTest {
    /** What a shell leaves of {@code options=["-Xint","-Xss1m"]}. */
    @Test
    void a_list_that_has_lost_its_quotes_is_told_how_it_is_written() {
        try (Desk desk = new Desk()) {
            Desk.Result refused = desk.type("config", "set", "io.anole.process.hello", "options=[-Xint,-Xss1m]");

            assertThat(refused.code()).isEqualTo(Failure.USAGE);
            assertThat(refused.err()).startsWith("anole config set: options is no JSON: column 3")
                    .endsWith("; a list is written within quotes: 'options=[\"a\",\"b\"]'\n").hasLineCount(1);
        }
    }
}
