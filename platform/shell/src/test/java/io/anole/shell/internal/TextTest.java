package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextTest {
    private static final Name TOPIC = Name.of("/t");

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    @Test
    void nestedTreesAreIndented() {
        assertThat(Text.of(map("a", map("b", 1, "c", List.of()), "d",
                List.of(map("x", 1, "y", map("z", 2)), map("x", 3)),
                "e", List.of(List.of(1, 2), List.of(3)), "f", map()), true).lines()).containsExactly(
                "a:", "  b: 1", "  c: []", "d:", "  - x: 1", "    y:", "      z: 2", "  - x: 3", "e:", "  - [1, 2]",
                "  - [3]", "f: {}");
    }

    @Test
    void plainValuesAreToldApart() {
        assertThat(Text.of(null, true)).isEqualTo("null");
        assertThat(Text.of("null", true)).isEqualTo("\"null\"");
        assertThat(Text.of("", true)).isEqualTo("\"\"");
        assertThat(Text.of("12", true)).isEqualTo("\"12\"");
        assertThat(Text.of(12, true)).isEqualTo("12");
        assertThat(Text.of("hello world", true)).isEqualTo("hello world");
        assertThat(Text.of(" x", true)).isEqualTo("\" x\"");
        assertThat(Text.of(new byte[] {1, -1}, true)).isEqualTo("2 bytes 01ff");
        assertThat(Text.of(new double[] {1, 0.5}, true)).isEqualTo("[1.0, 0.5]");
    }

    @Test
    void longListsAreCutUnlessAllIsWanted() {
        int[] many = IntStream.range(0, 100).toArray();
        assertThat(Text.of(many, false)).startsWith("[0, 1,").endsWith("39, … 60 more]");
        assertThat(Text.of(many, true)).endsWith("98, 99]");
    }

    @Test
    void fieldsAreFoundByPath() {
        Map<String, Object> tree = map("pose", map("x", 1.5), "ranges", new double[] {3, 4}, "list",
                List.of(map("y", 7)),
                "none", null);
        assertThat(FieldPath.of("pose.x").in(tree, TOPIC)).isEqualTo(1.5);
        assertThat(FieldPath.of("ranges[1]").in(tree, TOPIC)).isEqualTo(4.0);
        assertThat(FieldPath.of("list[0].y").in(tree, TOPIC)).isEqualTo(7);
        assertThat(FieldPath.of("none").in(tree, TOPIC)).isNull();
        assertThatThrownBy(() -> FieldPath.of("ranges[2]").in(tree, TOPIC)).isInstanceOf(Failure.class)
                .hasMessage("messages of /t have no 'ranges[2]': [2] is beyond its 2 elements");
        assertThatThrownBy(() -> FieldPath.of("pose[0]").in(tree, TOPIC)).hasMessageContaining("is not on a list");
        for (String wrong : Arrays.asList("", ".", "a.", "a..b", "a[", "a[x]", "[0]x")) {
            assertThatThrownBy(() -> FieldPath.of(wrong)).as(wrong).isInstanceOf(Failure.class)
                    .hasMessageContaining("can't be read at column");
        }
    }

    @Test
    void csvQuotesWhatItMust() {
        assertThat(Csv.line(map("a", 1, "b", List.of("x,y", "q\"r"), "c", null, "d", new int[] {1, 2})))
                .isEqualTo("1,\"x,y\",\"q\"\"r\",,1,2");
    }

    @Test
    void tablesAreAlignedAndFitTheTerminal() {
        Desk.Result wide;
        try (Desk desk = new Desk()) {
            desk.bus.put("@param/long", "v".repeat(200), Lifetime.DURABLE).join();
            desk.bus.put("@param/a", 1, Lifetime.DURABLE).join();
            wide = desk.typeWith("", 40, "param", "list");
        }
        assertThat(wide.out().replaceAll("\u001b\\[\\d+m", "").lines()).containsExactly("PARAMETER  VALUE",
                "/a         1",
                "/long      \"" + "v".repeat(27) + "…");
    }
}
