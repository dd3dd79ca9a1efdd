package io.anole.children.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowersTest {
    private static final String WHY = "bus 'main' would be inside this JVM";

    @Test
    void nobody_refuses_nothing() {
        assertThat(Followers.refusal(List.of(), WHY)).isEmpty();
    }

    @Test
    void a_process_that_could_not_follow_is_named_with_what_to_do() {
        assertThat(Followers.refusal(List.of("planner"), WHY)).hasValue("planner runs in a JVM of its own and could not follow (bus 'main' "
                + "would be inside this JVM): stop it or move it here first, ./anole process move planner --to thread");
    }

    @Test
    void a_few_are_named_and_the_rest_is_counted() {
        String rest = " run in JVMs of their own and could not follow (bus 'main' would be inside this JVM): stop them or move them here "
                + "first, one by one, such as by ./anole process move arm --to thread";
        assertThat(Followers.refusal(List.of("arm", "lidar"), WHY)).hasValue("arm and lidar" + rest);
        assertThat(Followers.refusal(List.of("arm", "lidar", "planner"), WHY)).hasValue("arm, lidar and planner" + rest);
        assertThat(Followers.refusal(List.of("arm", "lidar", "planner", "radio", "tally", "wheels"), WHY))
                .hasValue("arm, lidar, planner and 3 more" + rest);
    }

    @Test
    void a_child_could_follow_to_a_wire_only_and_to_a_router_only_if_that_has_a_place_for_it() {
        assertThat(Kinds.obstacle("main", Map.of("provider", "mqtt", "url", "tcp://127.0.0.1:1883"))).isEmpty();
        assertThat(Kinds.obstacle("main", Map.of("provider", "tcp", "mode", "router"))).isEmpty();
        assertThat(Kinds.obstacle("main", Map.of("provider", "local"))).hasValue(WHY);
        assertThat(Kinds.obstacle("main", Map.of("provider", "tcp", "mode", "router", "listen", "tls://0.0.0.0:7448")))
                .hasValue("the router of bus 'main' has no place for children, only tls://0.0.0.0:7448; add unix:/<path> to its listen");
    }
}
