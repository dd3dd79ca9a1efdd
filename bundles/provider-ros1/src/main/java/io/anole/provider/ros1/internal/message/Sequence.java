package io.anole.provider.ros1.internal.message;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** Arrays of any element, of any number or of a fixed one. */
final class Sequence implements Shape {
    private final Shape element;
    /** Negative for any. */
    private final int size;

    Sequence(Shape element, int size) {
        this.element = element;
        this.size = size < 0 ? -1 : size;
    }

    @Override
    public void write(Object value, Out out) {
        if (value instanceof String text && element instanceof Primitive primitive && primitive.octets()) {
            octets(Primitive.bytes(text), out);
        } else if (value instanceof byte[] bytes && element instanceof Primitive primitive && primitive.octets()) {
            octets(bytes, out);
        } else if (value instanceof double[] numbers && element == Primitive.FLOAT64) {
            count(numbers.length, out);
            for (double number : numbers) {
                out.int64(Double.doubleToRawLongBits(number));
            }
        } else if (value instanceof float[] numbers && element == Primitive.FLOAT32) {
            count(numbers.length, out);
            for (float number : numbers) {
                out.int32(Float.floatToRawIntBits(number));
            }
        } else if (value instanceof int[] numbers && element == Primitive.INT32) {
            count(numbers.length, out);
            for (int number : numbers) {
                out.int32(number);
            }
        } else if (value instanceof List<?> list) {
            count(list.size(), out);
            int i = 0;
            for (Object one : list) {
                write(one, i++, out);
            }
        } else if (value != null && value.getClass().isArray()) {
            int length = Array.getLength(value);
            count(length, out);
            for (int i = 0; i < length; i++) {
                write(Array.get(value, i), i, out);
            }
        } else {
            throw Misfit.expected("an array", value);
        }
    }

    private void write(Object value, int index, Out out) {
        try {
            element.write(value, out);
        } catch (Misfit e) {
            throw e.at(index);
        }
    }

    private void octets(byte[] bytes, Out out) {
        count(bytes.length, out);
        out.raw(bytes);
    }

    private void count(int found, Out out) {
        if (size < 0) {
            out.int32(found);
        } else if (found != size) {
            throw new Misfit("expected " + size + " elements, found " + found);
        }
    }

    @Override
    public void blank(Out out) {
        if (size < 0) {
            out.int32(0);
        }
        for (int i = 0; i < size; i++) {
            element.blank(out);
        }
    }

    @Override
    public Object read(In in) {
        int count = size < 0 ? in.count(element.least()) : size;
        if (element instanceof Primitive primitive) {
            // Of a fixed size nothing was checked yet, and the array is made first.
            in.need((int) Math.min(Integer.MAX_VALUE, (long) count * primitive.least()));
            return primitive.readArray(in, count);
        }
        List<Object> list = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            try {
                list.add(element.read(in));
            } catch (Misfit e) {
                throw e.at(i);
            }
        }
        return list;
    }

    @Override
    public int least() {
        return size < 0 ? 4 : (int) Math.min(Integer.MAX_VALUE, (long) size * element.least());
    }

    @Override
    public Object describe() {
        Object one = element.describe();
        return one instanceof String name ? name + "[]" : List.of(one);
    }
}
