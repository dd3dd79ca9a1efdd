package io.anole.gateway.internal.rosbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.gateway.internal.access.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FragmentsTest {
    private final Trees trees = new Trees(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT));
    private final Fragments fragments = new Fragments(trees, 1000);

    @SuppressWarnings("unchecked")
    private String joined(List<Frame> frames) {
        String whole = null;
        for (Frame frame : frames) {
            Map<String, Object> map = (Map<String, Object>) trees.read(((Frame.Text) frame).text());
            assertThat(whole).isNull();
            whole = fragments.join((String) map.get("id"), (String) map.get("data"), (Long) map.get("num"), (Long) map.get("total"));
        }
        return whole;
    }

    @Test
    void whatIsCutIsPutTogetherInAnyOrder() {
        String text = "a\uD83E\uDD8E".repeat(100);
        for (int size = 64; size < 300; size += 7) {
            List<Frame> frames = new ArrayList<>(fragments.cut(new Frame.Text(text), size));
            assertThat(frames).hasSizeGreaterThan(1);
            Collections.shuffle(frames, new Random(size));
            assertThat(joined(frames)).isEqualTo(text);
        }
        assertThat(fragments.cut(new Frame.Text(text), 300)).containsExactly(new Frame.Text(text));
    }

    @Test
    void whatIsPutTogetherHasItsBounds() {
        assertThatThrownBy(() -> fragments.join("a", "x", 2, 2)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> fragments.join("a", "x", 0, 1L << 40)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> fragments.join("a", "x".repeat(1001), 0, 2)).isInstanceOf(Refusal.class);
        assertThat(fragments.join("b", "x", 0, 2)).isNull();
        assertThatThrownBy(() -> fragments.join("b", "x", 0, 2)).isInstanceOf(Refusal.class);
        for (int i = 0; i < 8; i++) {
            fragments.join("open-" + i, "x", 0, 2);
        }
        assertThatThrownBy(() -> fragments.join("one-more", "x", 0, 2)).isInstanceOf(Refusal.class);
        assertThat(fragments.join("open-3", "y", 1, 2)).isEqualTo("xy");
        assertThat(fragments.join("one-more", "x", 0, 2)).isNull();
    }

    @Test
    void jsonHasNoInfinitiesAndWhatIsFiniteIsNotCopied() {
        Map<String, Object> finite = Map.of("a", List.of(1.0, 2L, "x"), "b", new float[] {1, 2});
        assertThat(Trees.finite(finite)).isSameAs(finite);
        assertThat(trees.json(Map.of("x", Arrays.asList(1.5, Double.NaN)))).isEqualTo("{\"x\":[1.5,null]}");
        assertThat(trees.json(new float[] {0.1f, Float.NEGATIVE_INFINITY})).isEqualTo("[0.1,null]");
        assertThat(trees.json(new double[] {0.1, Double.NaN})).isEqualTo("[0.1,null]");
    }
}
