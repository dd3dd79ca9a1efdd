package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;
import java.nio.ByteBuffer;
import java.util.Map;

/** One message type of ROS, ready to write and read trees. Safe for any thread. */
public final class MessageType {
    private final String name;
    private final String md5;
    private final String text;
    private final boolean stamped;
    private final Structure structure;

    MessageType(String name, String md5, String text, boolean stamped, Structure structure) {
        this.name = name;
        this.md5 = md5;
        this.text = text;
        this.stamped = stamped;
        this.structure = structure;
    }

    /** {@code package/Type}. */
    public String name() {
        return name;
    }

    /** What both ends of a connection must agree on. */
    public String md5() {
        return md5;
    }

    /** Its definition, and those of all that it is made of, as connection headers carry them. */
    public String text() {
        return text;
    }

    /** Whether it begins with a header, whose first four bytes are the sequence. */
    public boolean stamped() {
        return stamped;
    }

    /** Its fields in order, each with its type's name or what it is made of. */
    public Map<String, Object> describe() {
        return structure.describe();
    }

    /** @throws BadShape with the path of the field, what was expected and what was found */
    public void write(Object tree, Out out) {
        try {
            structure.write(tree, out);
        } catch (Misfit e) {
            throw e.of(name);
        }
    }

    /** @throws BadShape with the path of the field, if the bytes are not exactly one message */
    public Object read(ByteBuffer bytes) {
        In in = new In(bytes);
        try {
            Object tree = structure.read(in);
            if (in.left() > 0) {
                throw new Misfit("is followed by " + in.left() + " bytes that belong to nothing");
            }
            return tree;
        } catch (Misfit e) {
            throw e.of(name);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
