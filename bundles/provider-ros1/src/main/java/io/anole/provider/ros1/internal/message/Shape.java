package io.anole.provider.ros1.internal.message;

/** How one kind of value is written and read. Immutable. */
interface Shape {
    /** @throws Misfit if the value is of another kind */
    void write(Object value, Out out);

    /** Writes the default. */
    void blank(Out out);

    /** @throws Misfit if the bytes are none */
    Object read(In in);

    /** Bytes that any value takes at least. */
    int least();

    /** For users: a type's name, a map of a message's fields, or a list of one of those. */
    Object describe();
}
