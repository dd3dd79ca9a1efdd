package io.anole.console.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void everyKindOfTreeIsWritten() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "ä\uD83E\uDD8E");
        tree.put("numbers", List.of(0, -1L, 2.5, Double.NaN, Double.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY));
        tree.put("others", Arrays.asList(true, false, null));
        tree.put("empty", List.of(Map.of(), List.of(), ""));
        assertThat(Json.text(tree)).isEqualTo("{\"text\":\"\\u00e4\\ud83e\\udd8e\",\"numbers\":[0,-1,2.5,null,null,null],"
                + "\"others\":[true,false,null],\"empty\":[{},[],\"\"]}");
    }

    // What comes from a bus may hold anything; nothing of it may end a text, a script or an element.
    @Test
    void noCharacterGetsOutOfItsText() {
        assertThat(Json.text("\"\\\n\t\u0000\u007f\u2028")).isEqualTo("\"\\\"\\\\\\u000a\\u0009\\u0000\\u007f\\u2028\"");
        assertThat(Json.text(Map.of("\"</script>&", "<!--"))).isEqualTo(
                "{\"\\\"\\u003c/script\\u003e\\u0026\":\"\\u003c!--\"}");
        assertThat(Json.text("\ud800")).as("half a character").isEqualTo("\"\\ud800\"");
    }

    @Test
    void whatIsNoTreeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.text(List.of(new Object())))
                .withMessage("no tree: java.lang.Object");
    }
}
