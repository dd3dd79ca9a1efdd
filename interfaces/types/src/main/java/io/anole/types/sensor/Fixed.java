package io.anole.types.sensor;

/** Arrays of a fixed size, which a Java array's type can't tell. */
final class Fixed {
    private Fixed() {
    }

    static void check(String field, double[] numbers, int size) {
        if (numbers == null || numbers.length != size) {
            throw new IllegalArgumentException(field + " has " + (numbers == null ? "no" : numbers.length)
                    + " elements instead of " + size);
        }
    }
}
