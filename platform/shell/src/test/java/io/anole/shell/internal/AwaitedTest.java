package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AwaitedTest {
    @Test
    void the_last_of_a_chain_is_what_all_wait_for() {
        assertThat(Awaited.of("waits for bus 'ros'")).contains(new Awaited("bus", "ros", false));
        assertThat(Awaited.of("waits for process 'nobus', which waits for bus 'ros'")).contains(new Awaited("bus", "ros", false));
        assertThat(Awaited.of("waits for process 'x', which is not there")).contains(new Awaited("process", "x", true));
        assertThat(Awaited.of("waits for process 'crash', which exit code 3; its last line: no")).contains(new Awaited("process", "crash", false));
    }

    @Test
    void what_is_neither_a_bus_nor_a_process_is_told_as_it_is() {
        assertThat(Awaited.of("waits for its configuration a")).isEmpty();
        assertThat(Awaited.of("stopped")).isEmpty();
        assertThat(Awaited.of("exit code 1; its last line: it waits for bus 'main'")).isEmpty();
    }
}
