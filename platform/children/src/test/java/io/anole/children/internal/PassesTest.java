package io.anole.children.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassesTest {
    private static final String RUNTIME = "0123456789012345678901234567890123456789012345678901234567890123";
    private static final String LONG = RUNTIME.substring(0, 46);

    @TempDir
    Path directory;

    @Test
    void an_identity_tells_whose_child_it_is_fits_and_is_never_given_again() {
        Passes passes = new Passes("robot");

        assertThat(passes.identity("arm/left 2")).matches("robot--arm_left_2-[0-9a-f]{6}");
        assertThat(passes.identity("hello")).isNotEqualTo(passes.identity("hello"));
        assertThat(passes.identity(RUNTIME)).matches("robot--012345678901234567890123-[0-9a-f]{6}");
        assertThat(new Passes(LONG).identity("navigation")).matches(LONG + "--navigatio-[0-9a-f]{6}");
        assertThat(new Passes(RUNTIME).identity(RUNTIME)).matches("[A-Za-z0-9_-]{1,64}");
    }

    @Test
    void a_child_has_its_identity_also_where_nobody_asks_and_a_token_where_somebody_does() throws Exception {
        Passes passes = new Passes("robot");
        Path one = Files.createDirectory(directory.resolve("one"));
        Path other = Files.createDirectory(directory.resolve("other"));
        Path clients = directory.resolve("clients.children");

        assertThat(passes.link(kind(""), "robot-a-1", one)).isEqualTo(Map.of("provider", "ros1"));
        assertThat(one.resolve("run/runtime-id")).hasContent("robot-a-1");
        Path token = other.resolve("run/token");
        assertThat(passes.link(kind(clients.toString()), "robot-b-2", other)).containsEntry("token.file", token.toString());
        assertThat(other.resolve("run/runtime-id")).hasContent("robot-b-2");
        assertThat(clients).hasContent("robot-b-2 " + Files.readString(token));
    }

    private static Kind kind(String clients) {
        return new Kind("main", Map.of("provider", "ros1"), 64, List.of(), clients, Duration.ofSeconds(1), 0);
    }
}
