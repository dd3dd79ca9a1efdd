package io.anole.provider.ros1.internal.message;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ROS's primitive types: how they are written and read, alone and in arrays. */
enum Primitive implements Shape {
    BOOL(1, "bool") {
        @Override
        public void write(Object value, Out out) {
            if (!(value instanceof Boolean truth)) {
                throw Misfit.expected(this.toString(), value);
            }
            out.octet(truth ? 1 : 0);
        }

        @Override
        public Object read(In in) {
            return in.need(1).get() != 0;
        }

        @Override
        Object readArray(In in, int count) {
            boolean[] array = new boolean[count];
            ByteBuffer from = in.need(count);
            for (int i = 0; i < count; i++) {
                array[i] = from.get() != 0;
            }
            return array;
        }
    },
    INT8(1, "int8", "byte") {
        @Override
        public void write(Object value, Out out) {
            out.octet((int) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
        }

        @Override
        public Object read(In in) {
            return (int) in.need(1).get();
        }

        @Override
        Object readArray(In in, int count) {
            return in.raw(count);
        }
    },
    UINT8(1, "uint8", "char") {
        @Override
        public void write(Object value, Out out) {
            out.octet((int) whole(value, 0, 0xFF));
        }

        @Override
        public Object read(In in) {
            return in.need(1).get() & 0xFF;
        }

        @Override
        Object readArray(In in, int count) {
            return in.raw(count);
        }
    },
    INT16(2, "int16") {
        @Override
        public void write(Object value, Out out) {
            out.int16((int) whole(value, Short.MIN_VALUE, Short.MAX_VALUE));
        }

        @Override
        public Object read(In in) {
            return (int) in.need(2).getShort();
        }

        @Override
        Object readArray(In in, int count) {
            short[] array = new short[count];
            ByteBuffer from = in.need(2 * count);
            for (int i = 0; i < count; i++) {
                array[i] = from.getShort();
            }
            return array;
        }
    },
    UINT16(2, "uint16") {
        @Override
        public void write(Object value, Out out) {
            out.int16((int) whole(value, 0, 0xFFFF));
        }

        @Override
        public Object read(In in) {
            return in.need(2).getShort() & 0xFFFF;
        }

        @Override
        Object readArray(In in, int count) {
            int[] array = new int[count];
            ByteBuffer from = in.need(2 * count);
            for (int i = 0; i < count; i++) {
                array[i] = from.getShort() & 0xFFFF;
            }
            return array;
        }
    },
    INT32(4, "int32") {
        @Override
        public void write(Object value, Out out) {
            out.int32((int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }

        @Override
        public Object read(In in) {
            return in.need(4).getInt();
        }

        @Override
        Object readArray(In in, int count) {
            int[] array = new int[count];
            ByteBuffer from = in.need(4 * count);
            from.asIntBuffer().get(array);
            from.position(from.position() + 4 * count);
            return array;
        }
    },
    UINT32(4, "uint32") {
        @Override
        public void write(Object value, Out out) {
            out.int32((int) whole(value, 0, 0xFFFF_FFFFL));
        }

        @Override
        public Object read(In in) {
            return in.need(4).getInt() & 0xFFFF_FFFFL;
        }

        @Override
        Object readArray(In in, int count) {
            long[] array = new long[count];
            ByteBuffer from = in.need(4 * count);
            for (int i = 0; i < count; i++) {
                array[i] = from.getInt() & 0xFFFF_FFFFL;
            }
            return array;
        }
    },
    INT64(8, "int64") {
        @Override
        public void write(Object value, Out out) {
            out.int64(whole(value, Long.MIN_VALUE, Long.MAX_VALUE));
        }

        @Override
        public Object read(In in) {
            return in.need(8).getLong();
        }

        @Override
        Object readArray(In in, int count) {
            return longs(in, count);
        }
    },
    UINT64(8, "uint64") {
        @Override
        public void write(Object value, Out out) {
            if (value instanceof BigInteger large && large.signum() >= 0 && large.bitLength() <= 64) {
                out.int64(large.longValue());
            } else {
                out.int64(whole(value, 0, Long.MAX_VALUE));
            }
        }

        @Override
        public Object read(In in) {
            return unsigned(in.need(8).getLong());
        }

        @Override
        Object readArray(In in, int count) {
            long[] array = longs(in, count);
            for (long element : array) {
                if (element < 0) {
                    List<Object> large = new ArrayList<>(count);
                    Arrays.stream(array).forEach(one -> large.add(unsigned(one)));
                    return large;
                }
            }
            return array;
        }
    },
    FLOAT32(4, "float32") {
        @Override
        public void write(Object value, Out out) {
            out.int32(Float.floatToRawIntBits((float) real(value)));
        }

        @Override
        public Object read(In in) {
            return Double.valueOf(in.need(4).getFloat());
        }

        @Override
        Object readArray(In in, int count) {
            float[] array = new float[count];
            ByteBuffer from = in.need(4 * count);
            from.asFloatBuffer().get(array);
            from.position(from.position() + 4 * count);
            return array;
        }
    },
    FLOAT64(8, "float64") {
        @Override
        public void write(Object value, Out out) {
            out.int64(Double.doubleToRawLongBits(real(value)));
        }

        @Override
        public Object read(In in) {
            return in.need(8).getDouble();
        }

        @Override
        Object readArray(In in, int count) {
            double[] array = new double[count];
            ByteBuffer from = in.need(8 * count);
            from.asDoubleBuffer().get(array);
            from.position(from.position() + 8 * count);
            return array;
        }
    },
    STRING(4, "string") {
        @Override
        public void write(Object value, Out out) {
            if (!(value instanceof String text)) {
                throw Misfit.expected(this.toString(), value);
            }
            out.text(text);
        }

        @Override
        public Object read(In in) {
            return in.text();
        }

        @Override
        Object readArray(In in, int count) {
            return list(in, count);
        }
    },
    TIME(8, "time") {
        @Override
        public void write(Object value, Out out) {
            if (value instanceof String text) {
                now(text, out);
                return;
            }
            out.int32((int) part(value, "secs", 0, 0xFFFF_FFFFL));
            out.int32((int) part(value, "nsecs", 0, 0xFFFF_FFFFL));
        }

        private void now(String text, Out out) {
            Instant instant;
            try {
                instant = text.equals("now") ? out.now() : Instant.parse(text);
            } catch (DateTimeException e) {
                throw Misfit.expected("a time: secs and nsecs, 'now', or as 2026-01-31T12:00:00Z", text);
            }
            out.int32((int) whole(instant.getEpochSecond(), 0, 0xFFFF_FFFFL));
            out.int32(instant.getNano());
        }

        @Override
        public Object read(In in) {
            ByteBuffer from = in.need(8);
            Map<String, Object> tree = new LinkedHashMap<>(4);
            tree.put("secs", from.getInt() & 0xFFFF_FFFFL);
            tree.put("nsecs", from.getInt() & 0xFFFF_FFFFL);
            return tree;
        }

        @Override
        Object readArray(In in, int count) {
            return list(in, count);
        }
    },
    DURATION(8, "duration") {
        @Override
        public void write(Object value, Out out) {
            out.int32((int) part(value, "secs", Integer.MIN_VALUE, Integer.MAX_VALUE));
            out.int32((int) part(value, "nsecs", Integer.MIN_VALUE, Integer.MAX_VALUE));
        }

        @Override
        public Object read(In in) {
            ByteBuffer from = in.need(8);
            Map<String, Object> tree = new LinkedHashMap<>(4);
            tree.put("secs", from.getInt());
            tree.put("nsecs", from.getInt());
            return tree;
        }

        @Override
        Object readArray(In in, int count) {
            return list(in, count);
        }
    };

    private static final Map<String, Primitive> BY_NAME = byName();

    private final int bytes;
    private final List<String> names;

    Primitive(int bytes, String... names) {
        this.bytes = bytes;
        this.names = List.of(names);
    }

    private static Map<String, Primitive> byName() {
        Map<String, Primitive> all = new LinkedHashMap<>();
        for (Primitive one : values()) {
            one.names.forEach(name -> all.put(name, one));
        }
        return Map.copyOf(all);
    }

    static Optional<Primitive> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    abstract Object readArray(In in, int count);

    /** Whether an array of it is bytes. */
    boolean octets() {
        return this == INT8 || this == UINT8;
    }

    @Override
    public int least() {
        return bytes;
    }

    @Override
    public Object describe() {
        return toString();
    }

    @Override
    public void blank(Out out) {
        out.zeros(bytes);
    }

    @Override
    public String toString() {
        return names.get(0);
    }

    List<Object> list(In in, int count) {
        List<Object> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(read(in));
        }
        return list;
    }

    long whole(Object value, long least, long most) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw Misfit.expected(this.toString(), value);
    }

    double real(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text) {
            switch (text) {
                case "NaN":
                    return Double.NaN;
                case "Infinity":
                    return Double.POSITIVE_INFINITY;
                case "-Infinity":
                    return Double.NEGATIVE_INFINITY;
                default:
                    break;
            }
        }
        throw Misfit.expected(this.toString(), value);
    }

    long part(Object value, String key, long least, long most) {
        if (!(value instanceof Map<?, ?> map)) {
            throw Misfit.expected(this + ": secs and nsecs", value);
        }
        for (Object given : map.keySet()) {
            if (!"secs".equals(given) && !"nsecs".equals(given)) {
                throw new Misfit("there is no such field").in(String.valueOf(given));
            }
        }
        Object part = map.get(key);
        try {
            return part == null ? 0 : whole(part, least, most);
        } catch (Misfit e) {
            throw e.in(key);
        }
    }

    static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Misfit.expected("bytes in Base64", base64);
        }
    }

    private static long[] longs(In in, int count) {
        long[] array = new long[count];
        ByteBuffer from = in.need(8 * count);
        from.asLongBuffer().get(array);
        from.position(from.position() + 8 * count);
        return array;
    }

    private static Object unsigned(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }
}
