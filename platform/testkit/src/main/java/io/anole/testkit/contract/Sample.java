package io.anole.testkit.contract;

import io.anole.bus.TypeName;
import java.util.List;
import java.util.Map;

/**
 * A message with a field of every kind.
 */
@TypeName("tck/Sample")
public record Sample(boolean truth, byte small, int number, long large, float single, double real, double nothing,
        String text, byte[] bytes, double[] numbers, List<String> words, Map<String, Integer> counts, Inner inner,
        Kind kind) {
    /** One with an unusual value in every field. */
    public static final Sample EXAMPLE = new Sample(true, (byte) -128, Integer.MIN_VALUE, Long.MAX_VALUE, 1.5f, -0.1,
            Double.NaN, "\u00e4\u20ac\ud83e\udd8e\n\"\\", new byte[] {0, 1, -1, 127, -128},
            new double[] {0, -1.5, Double.POSITIVE_INFINITY}, List.of("", "a"), Map.of("one", 1),
            new Inner("deep", List.of(new Point(1, 2), new Point(-1, 0))), Kind.SECOND);

    /** A record within. */
    public record Inner(String name, List<Point> points) {
    }

    /** A record in a list. */
    public record Point(double x, double y) {
    }

    /** Constants. */
    public enum Kind { FIRST, SECOND }
}
