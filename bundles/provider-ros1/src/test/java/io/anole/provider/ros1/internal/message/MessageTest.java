package io.anole.provider.ros1.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.BadShape;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
    private static final String ALL = """
            bool truth
            int8 small
            uint8 octet
            int16 short
            uint16 ushort
            int32 number
            uint32 unumber
            int64 large
            uint64 ularge
            float32 single
            float64 real
            string text
            time when
            duration span
            byte b
            char c
            bool[] truths
            uint8[] octets
            int16[] shorts
            uint32[2] pair
            uint64[] huge
            float32[] singles
            string[] words
            time[] times
            P[] points
            P[2] two
            """;
    private final Types types = new Types(new Packages(List.of(), List.of()));

    private MessageType all() {
        return all(types);
    }

    /** One with a field of every kind. */
    static MessageType all(Types types) {
        String text = ALL + "=".repeat(80) + "\nMSG: a/P\nfloat64 x\n";
        try {
            return types.message("a/All", "", text);
        } catch (BadShape e) {
            return types.message("a/All", e.getMessage().replaceAll(".* has ", ""), text);
        }
    }

    private static byte[] bytes(MessageType type, Object tree) {
        Out out = new Out(1 << 20, InstantSource.system());
        type.write(tree, out);
        return out.take();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Map<String, Object> tree = Map.ofEntries(Map.entry("truth", true), Map.entry("small", -128),
                Map.entry("octet", 255), Map.entry("short", -32768), Map.entry("ushort", 65535),
                Map.entry("number", Integer.MIN_VALUE), Map.entry("unumber", 4294967295L), Map.entry("large", Long.MIN_VALUE),
                Map.entry("ularge", BigInteger.TWO.pow(64).subtract(BigInteger.ONE)), Map.entry("single", 1.5),
                Map.entry("real", -0.1), Map.entry("text", "\u00e4\ud83e\udd8e"), Map.entry("when", Map.of("secs", 7L, "nsecs", 8L)),
                Map.entry("span", Map.of("secs", -1, "nsecs", -5)), Map.entry("b", -1), Map.entry("c", 200),
                Map.entry("truths", new boolean[] {true, false}), Map.entry("octets", new byte[] {1, -1}),
                Map.entry("shorts", new short[] {-1}), Map.entry("pair", new long[] {1, 4294967295L}),
                Map.entry("huge", new long[] {1, 2}), Map.entry("singles", new float[] {0.5f}),
                Map.entry("words", List.of("", "a")), Map.entry("times", List.of(Map.of("secs", 1L, "nsecs", 2L))),
                Map.entry("points", List.of(Map.of("x", 1.0), Map.of("x", 2.0), Map.of("x", 3.0))),
                Map.entry("two", List.of(Map.of("x", 1.0), Map.of("x", 2.0))));

        Object read = all().read(ByteBuffer.wrap(bytes(all(), tree)));

        assertThat(read).usingRecursiveComparison().isEqualTo(tree);
    }

    /** As rospy writes it. */
    @Test
    void theBytesAreThoseOfRos() {
        assertThat(HexFormat.of().formatHex(bytes(types.message("std_msgs/String"), Map.of("data", "hi"))))
                .isEqualTo("020000006869");
        assertThat(HexFormat.of().formatHex(bytes(types.message("geometry_msgs/Twist"),
                Map.of("linear", Map.of("x", 1), "angular", Map.of("z", -0.5)))))
                .isEqualTo("000000000000f03f" + "0".repeat(64) + "000000000000e0bf");
        assertThat(HexFormat.of().formatHex(bytes(types.message("std_msgs/Time"), Map.of("data", "2026-01-01T00:00:00.000000001Z"))))
                .isEqualTo("00b9556901000000");
    }

    /** PY-22. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "linear.x: expected float64, found fast (String)                  | linear x fast",
        "linear.speed: there is no such field                             | linear speed 1",
        "speed: there is no such field                                    | speed '' 1"})
    void whatDoesNotFitIsToldWithItsPath(String why, String what) {
        String[] words = what.split(" ");
        Map<String, Object> tree = words[1].equals("''") ? Map.of(words[0], words[2])
                : Map.of(words[0], Map.of(words[1], words[2]));

        assertThatThrownBy(() -> bytes(types.message("geometry_msgs/Twist"), tree)).isInstanceOf(BadShape.class)
                .hasMessageStartingWith("geometry_msgs/Twist: " + why);
    }

    /** PY-22. */
    @Test
    void valuesAreConvertedAsFarAsTheyFit() {
        MessageType all = all();
        assertThatThrownBy(() -> bytes(all, Map.of("points", List.of(Map.of(), Map.of("x", List.of())))))
                .hasMessageContaining("a/All: points[1].x: expected float64");
        assertThatThrownBy(() -> bytes(all, Map.of("octet", 256))).hasMessageContaining("octet: expected uint8, found 256");
        assertThatThrownBy(() -> bytes(all, Map.of("pair", List.of(1)))).hasMessageContaining("pair: expected 2 elements, found 1");
        assertThatThrownBy(() -> bytes(all, Map.of("octets", "%"))).hasMessageContaining("octets: expected bytes in Base64");
        assertThatThrownBy(() -> bytes(all, Map.of("when", "soon"))).hasMessageContaining("when: expected a time");
        assertThat(bytes(all, Map.of("octets", "AQI=", "real", 1, "single", "NaN")))
                .isEqualTo(bytes(all, Map.of("octets", new byte[] {1, 2}, "real", 1.0, "single", Float.NaN)));
        assertThat(bytes(types.message("std_msgs/Int32"), 7)).containsExactly(7, 0, 0, 0);
    }

    /** PY-22: the stamp of a header that was not given is now. */
    @Test
    void aHeaderIsStamped() {
        MessageType type = types.message("geometry_msgs/PoseStamped");

        Map<?, ?> read = (Map<?, ?>) type.read(ByteBuffer.wrap(bytes(type, Map.of())));

        assertThat(type.stamped()).isTrue();
        assertThat((Map<?, ?>) ((Map<?, ?>) read.get("header")).get("stamp")).satisfies(
                stamp -> assertThat((long) stamp.get("secs")).isBetween(System.currentTimeMillis() / 1000 - 20, 1L << 32));
    }

    @Test
    void moreOrFewerBytesAreNoMessage() {
        MessageType text = types.message("std_msgs/String");
        assertThatThrownBy(() -> text.read(ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 65})))
                .isInstanceOf(BadShape.class).hasMessageContaining("std_msgs/String: data: ");
        assertThatThrownBy(() -> text.read(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 65})))
                .isInstanceOf(BadShape.class).hasMessageContaining("followed by 1 bytes");
        assertThatThrownBy(() -> text.read(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}))).isInstanceOf(BadShape.class)
                .hasMessageContaining("4294967295 elements");
    }

    /** Whatever comes: a tree or a refusal, and no more memory than it is worth. */
    @Test
    void nothingThatComesDoesHarm() {
        long cases = Boolean.getBoolean("anole.soak") ? 1_000_000 : 20_000;
        List<MessageType> all = List.of(all(), types.message("sensor_msgs/PointCloud2"), types.message("nav_msgs/Path"),
                types.message("diagnostic_msgs/DiagnosticArray"));
        Random random = new Random(5);
        long refused = 0;
        for (long i = 0; i < cases; i++) {
            MessageType type = all.get((int) (i % all.size()));
            byte[] bytes = bytes(type, Map.of());
            int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            bytes = Arrays.copyOf(bytes, cut);
            for (int change = random.nextInt(8); change > 0 && cut > 0; change--) {
                bytes[random.nextInt(cut)] = (byte) random.nextInt();
            }
            try {
                assertThat(type.read(ByteBuffer.wrap(bytes))).isNotNull();
            } catch (BadShape e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(cases / 10, cases - 1);
    }
}
