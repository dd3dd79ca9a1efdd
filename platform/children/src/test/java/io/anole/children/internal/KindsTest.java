package io.anole.children.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KindsTest {
    @Test
    void a_child_has_the_configuration_of_its_parent_and_is_beside_it() {
        Map<String, Object> own = Map.of("provider", "pigeon", "ring", "only-one", "loft", "north");

        assertThat(Kinds.link("main", own))
                .isEqualTo(Map.of("provider", "pigeon", "ring", "only-one", "loft", "north", "beside", true));
    }

    /** Also there: its bus may go to another kind of provider later. */
    @Test
    void a_child_of_a_router_is_a_client_of_it_and_beside_it() {
        Map<String, Object> own = Map.of("provider", "tcp", "mode", "router", "listen", "tcp://127.0.0.1:0,unix:/run/main.sock");

        assertThat(Kinds.link("main", own))
                .isEqualTo(Map.of("provider", "tcp", "url", "unix:/run/main.sock", "presence.ms", 0, "beside", true));
    }
}
