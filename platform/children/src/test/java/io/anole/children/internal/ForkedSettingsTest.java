package io.anole.children.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForkedSettingsTest {
    private static ForkedSettings of(Map<String, Object> properties) {
        return ForkedSettings.of(properties::get);
    }

    private static List<String> problems(String key, Object value) {
        return new ForkedCheck().problems("io.anole.process.hello", Map.of(key, value));
    }

    @Test
    void what_is_not_set_is_usual() {
        assertThat(of(Map.of())).isEqualTo(new ForkedSettings(64, List.of()));
    }

    /** A configuration can hold each of these, and the command line makes a text of one. */
    @Test
    void options_are_one_text_an_array_or_a_list() {
        List.of("-Xint", new String[] {"-Xint"}, List.of("-Xint")).forEach(given ->
                assertThat(of(Map.of(ForkedSettings.OPTIONS, given, ForkedSettings.HEAP, "256")))
                        .isEqualTo(new ForkedSettings(256, List.of("-Xint"))));
    }

    /** As in a shell, where a list has quotes to lose; only in a list can an option have a space in it. */
    @Test
    void several_options_are_one_text_or_a_list() {
        assertThat(of(Map.of(ForkedSettings.OPTIONS, " -Xint  -Xss1m ")).options()).containsExactly("-Xint", "-Xss1m");
        assertThat(of(Map.of(ForkedSettings.OPTIONS, List.of("-Dwho=it is", "-Xint"))).options()).containsExactly("-Dwho=it is", "-Xint");
        assertThat(problems(ForkedSettings.OPTIONS, "-Dwho=it is")).containsExactly("process.forked.options: 'is' is no option of a JVM: "
                + "it does not begin with '-'; one with a space in it is an element of a list");
    }

    @Test
    void what_no_jvm_could_be_started_with_is_refused_in_one_line() {
        assertThat(problems(ForkedSettings.HEAP, "lots")).containsExactly("process.forked.heapMB: 'lots' is not a whole number");
        assertThat(problems(ForkedSettings.HEAP, 15)).containsExactly("process.forked.heapMB: 15 is not within 16 and 1048576");
        assertThat(problems(ForkedSettings.OPTIONS, new String[] {"-Xint", "lots"})).containsExactly(
                "process.forked.options: 'lots' is no option of a JVM: it does not begin with '-'");
        assertThat(problems(ForkedSettings.HEAP, 16)).isEmpty();
        assertThatThrownBy(() -> of(Map.of(ForkedSettings.HEAP, 1 << 21))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("process.forked.heapMB: 2097152 is not within 16 and 1048576");
    }
}
