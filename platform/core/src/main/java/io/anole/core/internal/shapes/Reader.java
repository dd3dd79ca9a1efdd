package io.anole.core.internal.shapes;

import java.util.Set;

/** Reads values as one declared type. Immutable; holds no plan, only classes, so that classes alone decide who lives. */
abstract class Reader {
    /** @throws Mismatch if it does not fit */
    final Object read(Object value, Plans plans, int depth) {
        return value == null ? readNull() : readValue(value, plans, depth);
    }

    Object readNull() {
        return null;
    }

    abstract Object readValue(Object value, Plans plans, int depth);

    /** The value of a field that was not given. */
    Object missing(Plans plans) {
        return null;
    }

    /** A type's name, or a map that describes a record, or a list of one for a list of records. */
    abstract Object describe(Plans plans, Set<Class<?>> within);
}
