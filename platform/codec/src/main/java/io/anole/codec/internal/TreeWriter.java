package io.anole.codec.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import io.anole.codec.internal.TreeCodec.Refused;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;

/** Writes one tree. */
final class TreeWriter {
    private final JsonGenerator out;
    private final Limits limits;
    private int elements;

    TreeWriter(JsonGenerator out, Limits limits) {
        this.out = out;
        this.limits = limits;
    }

    void write(Object tree) throws IOException {
        write(tree, 0);
    }

    private void write(Object value, int depth) throws IOException {
        count(1);
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeString(TreeReader.checkText(text, "a text", limits.text()));
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Integer number) {
            out.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Map<?, ?> map) {
            map(map, deeper(depth));
        } else if (value instanceof Collection<?> list) {
            list(list, deeper(depth));
        } else if (value instanceof byte[] bytes) {
            out.writeBinary(bytes);
        } else if (value instanceof BigInteger number) {
            out.writeNumber(TreeReader.checkDigits(number, limits));
        } else {
            array(value);
        }
    }

    private void map(Map<?, ?> map, int depth) throws IOException {
        out.writeStartObject(map, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new Refused("a key is no text");
            }
            out.writeFieldName(TreeReader.checkText(key, "a key", limits.key()));
            write(entry.getValue(), depth);
        }
        out.writeEndObject();
    }

    private void list(Collection<?> list, int depth) throws IOException {
        out.writeStartArray(list, list.size());
        for (Object element : list) {
            write(element, depth);
        }
        out.writeEndArray();
    }

    /** Arrays of primitives; NaN and the infinities become texts where the format has no number for them. */
    private void array(Object value) throws IOException {
        if (value instanceof double[] numbers) {
            count(numbers.length);
            out.writeArray(numbers, 0, numbers.length);
        } else if (value instanceof int[] numbers) {
            count(numbers.length);
            out.writeArray(numbers, 0, numbers.length);
        } else if (value instanceof long[] numbers) {
            count(numbers.length);
            out.writeArray(numbers, 0, numbers.length);
        } else if (value instanceof float[] numbers) {
            count(numbers.length);
            out.writeStartArray(numbers, numbers.length);
            for (float number : numbers) {
                out.writeNumber(number);
            }
            out.writeEndArray();
        } else if (value instanceof short[] numbers) {
            count(numbers.length);
            out.writeStartArray(numbers, numbers.length);
            for (short number : numbers) {
                out.writeNumber(number);
            }
            out.writeEndArray();
        } else if (value instanceof boolean[] flags) {
            count(flags.length);
            out.writeStartArray(flags, flags.length);
            for (boolean flag : flags) {
                out.writeBoolean(flag);
            }
            out.writeEndArray();
        } else {
            throw new Refused("a " + value.getClass().getName() + " is no part of a tree");
        }
    }

    private int deeper(int depth) {
        if (depth >= limits.depth()) {
            throw new Refused("it is nested deeper than " + limits.depth());
        }
        return depth + 1;
    }

    private void count(int more) {
        if (more > limits.elements() - elements) {
            throw new Refused("it has more than " + limits.elements() + " elements");
        }
        elements += more;
    }
}
