package io.anole.types.geometry;

/** The one size of this package's covariance matrices, which a Java array's type can't tell. */
final class Covariance {
    static final int SIZE = 36;

    private Covariance() {
    }

    static void check(String field, double[] matrix) {
        if (matrix == null || matrix.length != SIZE) {
            throw new IllegalArgumentException(field + " has " + (matrix == null ? "no" : matrix.length)
                    + " elements instead of " + SIZE);
        }
    }
}
