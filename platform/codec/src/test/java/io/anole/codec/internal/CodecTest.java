package io.anole.codec.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Codec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
    private static final Limits SMALL = new Limits(200, 3, 10, 20, 8, 25);

    private final Codec json = new JsonCodec(Limits.DEFAULT);
    private final Codec cbor = new CborCodec(Limits.DEFAULT);

    static List<Codec> codecs() {
        return List.of(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT));
    }

    static List<Codec> small() {
        return List.of(new JsonCodec(SMALL), new CborCodec(SMALL));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void readsBackWhatItWrote(Codec codec) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "Grüße \u0000 \uD83E\uDD8E");
        tree.put("long", Long.MIN_VALUE);
        tree.put("big", BigInteger.TWO.pow(100));
        tree.put("double", 0.1);
        tree.put("flag", true);
        tree.put("nothing", null);
        tree.put("", List.of(List.of(), Map.of()));

        assertThat(codec.decode(codec.encode(tree))).isEqualTo(tree);
        assertThat(codec.decode(codec.encode(null))).isNull();
        assertThat(codec.decode(codec.encode("x"))).isEqualTo("x");
        assertThat(codec.decode(codec.encode(new double[] {1.5, 2}))).isEqualTo(List.of(1.5, 2.0));
        assertThat(codec.decode(codec.encode(new float[] {1.5f}))).isEqualTo(List.of(1.5));
        assertThat(codec.decode(codec.encode(new int[] {1, -2}))).isEqualTo(List.of(1L, -2L));
        assertThat(codec.decode(codec.encode(new long[] {1}))).isEqualTo(List.of(1L));
        assertThat(codec.decode(codec.encode(new short[] {1}))).isEqualTo(List.of(1L));
        assertThat(codec.decode(codec.encode(new boolean[] {true}))).isEqualTo(List.of(true));
        assertThat(codec.decode(codec.encode(5))).isEqualTo(5L);
    }

    @Test
    void jsonSaysAsTextWhatItHasNoFormFor() {
        assertThat(new String(json.encode(List.of(Double.NaN, Double.NEGATIVE_INFINITY, new byte[] {1, 2, -1})), UTF_8))
                .isEqualTo("[\"NaN\",\"-Infinity\",\"AQL/\"]");
        assertThat(new String(json.encode(new float[] {Float.NaN, 0.1f}), UTF_8)).isEqualTo("[\"NaN\",0.1]");
        assertThat(new String(json.encode(new double[] {Double.POSITIVE_INFINITY}), UTF_8)).isEqualTo("[\"Infinity\"]");
    }

    @Test
    void cborHasBytesAndInfinities() {
        assertThat((byte[]) cbor.decode(cbor.encode(new byte[] {1, 2, -1}))).containsExactly(1, 2, -1);
        assertThat(cbor.decode(cbor.encode(Double.NaN))).isEqualTo(Double.NaN);
        assertThat(cbor.decode(cbor.encode(Double.NEGATIVE_INFINITY))).isEqualTo(Double.NEGATIVE_INFINITY);
        // RFC 8949, appendix A: half precision, negatives at and beyond 64 bits, indefinite lengths
        assertThat(cbor.decode(hex("f93c00"))).isEqualTo(1.0);
        assertThat(cbor.decode(hex("3bffffffffffffffff"))).isEqualTo(new BigInteger("-18446744073709551616"));
        assertThat(cbor.decode(hex("c349010000000000000000"))).isEqualTo(new BigInteger("-18446744073709551617"));
        assertThat(cbor.encode(new BigInteger("-18446744073709551617"))).isEqualTo(hex("c349010000000000000000"));
        assertThat(cbor.decode(hex("bf61610161629f0203ffff"))).isEqualTo(Map.of("a", 1L, "b", List.of(2L, 3L)));
    }

    // B-PY-17: bad input gives one clear line with its position
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                | JSON: byte 0: there is nothing
            `  `              | JSON: byte 2: there is nothing
            {"a":             | JSON: byte 5: Unexpected end-of-input within/between Object entries
            {"a":1,"a":2}     | JSON: byte 12: a key occurs twice
            {"a":null,"a":1}  | JSON: byte 15: a key occurs twice
            [1,2              | JSON: byte 4: Unexpected end-of-input
            {} {}             | JSON: byte 4: there is more after the end of the body
            {'a':1}           | JSON: byte 2: Unexpected character
            [1e999]           | JSON: byte 6: a number is too large
            [NaN]             | JSON: byte 4: Non-standard token 'NaN'
            [01]              | JSON: byte 2: Invalid numeric value
            // comment        | JSON: byte 1: Unexpected character
            truth             | JSON: byte 5: Unrecognized token 'truth'
            """)
    void malformedJson(String text, String message) {
        assertThatThrownBy(() -> json.decode(text.getBytes(UTF_8))).isInstanceOf(BadShape.class)
                .hasMessageStartingWith(message).hasMessageNotContainingAny("\n", "\r", "[Source");
    }

    // RFC 8949: truncated, a break without a beginning, reserved lengths, a decimal fraction, an unknown simple value
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``          | there is nothing
            82          | nexpected end-of-input
            8201        | nexpected end-of-input
            6261        | nexpected end-of-input
            a16161      | nexpected end-of-input
            ff          | nexpected
            1c          | nvalid
            c48221196ab3| decimal fraction
            f8ff        | value of a kind
            0001        | more after the end
            a2616101616102 | a key occurs twice
            """)
    void malformedCbor(String bytes, String message) {
        assertThatThrownBy(() -> cbor.decode(hex(bytes))).isInstanceOf(BadShape.class)
                .hasMessageStartingWith("CBOR: byte ").hasMessageContaining(message)
                .hasMessageNotContainingAny("\n", "\r");
    }

    @ParameterizedTest
    @MethodSource("small")
    void holdsToItsLimitsWhenItWrites(Codec codec) {
        refusesToWrite(codec, List.of(List.of(List.of(List.of()))), "it is nested deeper than 3");
        refusesToWrite(codec, Collections.nCopies(10, true), "it has more than 10 elements");
        refusesToWrite(codec, new int[10], "it has more than 10 elements");
        refusesToWrite(codec, "x".repeat(21), "a text is longer than 20 characters");
        refusesToWrite(codec, Map.of("x".repeat(9), 1), "a key is longer than 8 characters");
        refusesToWrite(codec, BigInteger.TEN.pow(30), "a number is longer than 25 digits");
        refusesToWrite(codec, new byte[201], "it is more than 200 bytes");
        refusesToWrite(codec, new Object(), "a java.lang.Object is no part of a tree");
        refusesToWrite(codec, Map.of(1, 2), "a key is no text");
        assertThat(codec.decode(codec.encode(List.of(List.of(List.of()))))).isEqualTo(List.of(List.of(List.of())));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void halfACharacterIsRefused(Codec codec) {
        refusesToWrite(codec, "a\uD800", "a text holds half a character");
        refusesToWrite(codec, Map.of("\uDD8Ea", 1), "a key holds half a character");
        refusesToRead(json, "\"\\ud800\"".getBytes(UTF_8), "a text holds half a character");
    }

    @Test
    void holdsToItsLimitsWhenItReads() {
        List<Codec> wide = codecs();
        for (int i = 0; i < 2; i++) {
            Codec codec = small().get(i);
            refusesToRead(codec, wide.get(i).encode(List.of(List.of(List.of(List.of())))), "it is nested deeper than 3");
            refusesToRead(codec, wide.get(i).encode(Collections.nCopies(10, true)), "it has more than 10 elements");
            refusesToRead(codec, wide.get(i).encode("x".repeat(21)), "20");
            refusesToRead(codec, wide.get(i).encode(Map.of("x".repeat(9), 1)), "8");
            refusesToRead(codec, wide.get(i).encode(BigInteger.TEN.pow(50)), "25");
            refusesToRead(codec, wide.get(i).encode("x".repeat(300)), "bytes are more than 200");
        }
    }

    @Test
    void limitsThatCanNotBeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(0, 1, 1, 1, 1, 20))
                .withMessage("io.anole.codec: max.bytes: 0 is not positive");
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, 501, 1, 1, 1, 20))
                .withMessage("io.anole.codec: max.depth: 501 is more than 500");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void readsAsDeepAndAsWideAsItIsAllowed(Codec codec) {
        Object deep = List.of();
        for (int i = 1; i < Limits.DEPTH; i++) {
            deep = List.of(deep);
        }
        List<Object> wide = new ArrayList<>(Collections.nCopies(Limits.ELEMENTS - 1, 1L));

        assertThat(codec.decode(codec.encode(deep))).isEqualTo(deep);
        assertThat(codec.decode(codec.encode(wide))).isEqualTo(wide);
    }

    private static void refusesToWrite(Codec codec, Object tree, String reason) {
        assertThatThrownBy(() -> codec.encode(tree)).as(reason).isInstanceOf(BadShape.class).hasMessageContaining(reason);
    }

    private static void refusesToRead(Codec codec, byte[] bytes, String reason) {
        assertThatThrownBy(() -> codec.decode(bytes)).as(reason).isInstanceOf(BadShape.class).hasMessageContaining(reason);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
