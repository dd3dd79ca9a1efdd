package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.shell.internal.Complaints.Complaint;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
    @Test
    void each_is_told_where_it_belongs() {
        Complaints complaints = new Complaints(List.of("bus 'main' is not connected: refused", "process 'hello' is finalized: it fell",
                "bundle importer is not started: package a is missing", "component lonely waits for service b"), List.of());

        assertThat(complaints.of("bus")).containsExactly(new Complaint("bus", "main", " is not connected: refused"));
        assertThat(complaints.of("process", "hello")).contains(new Complaint("process", "hello", " is finalized: it fell"));
        assertThat(complaints.of("bundle", "importer")).contains(new Complaint("bundle", "importer", " is not started: package a is missing"));
        assertThat(complaints.of("")).containsExactly(new Complaint("", "", "component lonely waits for service b"));
        assertThat(complaints.isOfBus("main")).isTrue();
        assertThat(complaints.isOfBus("other")).isFalse();
    }

    /** What the provider, the supervisor and readiness say of a wrong configuration, with the words of its check. */
    @Test
    void what_is_wrong_with_a_configuration_is_told_once() {
        List<String> wrong = List.of("io.anole.bus~main: listen: 'x' is no address",
                "io.anole.process.exec~Up: process.name: 'Up' is no name");
        Complaints complaints = new Complaints(List.of("configuration " + wrong.get(0),
                "bus 'main': provider 'tcp' can't open it: bus 'main': listen: 'x' is no address",
                "bus 'six': there is no provider of kind 'mqtt'"), wrong);

        assertThat(complaints.of("")).isEmpty();
        assertThat(complaints.of("bus")).extracting(Complaint::name).containsExactly("six");
        assertThat(complaints.isToldWithConfiguration("process.name: 'Up' is no name")).isTrue();
        assertThat(complaints.isOfBus("main")).isTrue();
        assertThat(complaints.none("bus")).isFalse();
        assertThat(complaints.isEmpty()).isFalse();
    }

    @Test
    void a_bus_whose_component_failed_is_known_by_its_configuration() {
        assertThat(new Complaints(List.of("component io.anole.core.internal.BusComponent (io.anole.bus~four) failed: no"), List.of())
                .isOfBus("four")).isTrue();
    }
}
