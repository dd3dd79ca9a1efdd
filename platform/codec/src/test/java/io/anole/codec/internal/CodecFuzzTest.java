package io.anole.codec.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Codec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random trees come back as they went, and of damaged bytes only {@link BadShape} comes out. The seed is fixed; more
 * rounds with {@code -Dio.anole.fuzz.rounds=N}.
 */
class CodecFuzzTest {
    private static final int ROUNDS = Integer.getInteger("io.anole.fuzz.rounds", 100_000);
    private static final String TEXT = "aZ0 \"\\/{}[]:,\n\t\u0000\u007fß€\u2028";

    static List<Codec> codecs() {
        Limits limits = new Limits(1 << 16, 16, 1000, 4096, 64, 100);
        return List.of(new JsonCodec(limits), new CborCodec(limits));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void randomTreesComeBack(Codec codec) {
        Random random = new Random(22);
        for (int i = 0; i < ROUNDS / 5; i++) {
            Object tree = tree(random, 0);

            Object back = codec.decode(codec.encode(tree));

            assertThat(plain(back, false)).as("round %d", i).isEqualTo(plain(tree, codec instanceof JsonCodec));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void damagedBytesAreReadOrRefused(Codec codec) {
        Random random = new Random(17);
        byte[] bytes = codec.encode(tree(random, 0));
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            if (i % 8 == 0) {
                bytes = codec.encode(tree(random, 0));
            }
            bytes = damage(bytes, random);
            try {
                Object tree = codec.decode(bytes);
                read++;
                Object again = codec.decode(codec.encode(tree));
                if (!Objects.equals(plain(again, false), plain(tree, codec instanceof JsonCodec))) {
                    throw new AssertionError("round " + i + ": " + tree + " became " + again);
                }
            } catch (BadShape e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300).doesNotContain("\n", "\r");
            } catch (RuntimeException e) {
                throw new AssertionError("round " + i + ", bytes " + HexFormat.of().formatHex(bytes), e);
            }
        }
        assertThat(read).as("some must be readable").isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        byte[] damaged = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> damaged[at] = (byte) random.nextInt();
            case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> damaged = Arrays.copyOf(bytes, at);
            case 3 -> {
                int from = random.nextInt(bytes.length);
                int length = Math.min(bytes.length - Math.max(at, from), random.nextInt(8));
                System.arraycopy(bytes, from, damaged, at, length);
            }
            default -> {
                damaged = Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, at, damaged, at + 1, bytes.length - at);
                damaged[at] = (byte) random.nextInt();
            }
        }
        return damaged;
    }

    private static Object tree(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 12 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> random.nextInt();
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> random.nextInt(100) / 4.0;
            case 6 -> text(random);
            case 7 -> new BigInteger(random.nextInt(200), random);
            case 8 -> array(random);
            case 9, 10 -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(text(random), tree(random, depth + 1));
                }
                yield map;
            }
            default -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(tree(random, depth + 1));
                }
                yield list;
            }
        };
    }

    private static Object array(Random random) {
        int length = random.nextInt(6);
        return switch (random.nextInt(4)) {
            case 0 -> random.doubles(length).toArray();
            case 1 -> random.ints(length).toArray();
            case 2 -> random.longs(length).toArray();
            default -> {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                yield bytes;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            text.append(TEXT.charAt(random.nextInt(TEXT.length())));
        }
        return text.toString();
    }

    /** The tree with one form for each value, so that trees can be compared. */
    private static Object plain(Object value, boolean json) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(key, plain(each, json)));
            return plain;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(each -> plain(each, json)).collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
        }
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
            return new BigInteger(value.toString());
        }
        if (value instanceof byte[] bytes) {
            return json ? Base64.getEncoder().encodeToString(bytes) : HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Double number) {
            return json && !Double.isFinite(number) ? number.toString() : number;
        }
        if (value instanceof double[] numbers) {
            return plain(Arrays.stream(numbers).boxed().toList(), json);
        }
        if (value instanceof int[] numbers) {
            return plain(Arrays.stream(numbers).boxed().toList(), json);
        }
        if (value instanceof long[] numbers) {
            return plain(Arrays.stream(numbers).boxed().toList(), json);
        }
        return value;
    }
}
