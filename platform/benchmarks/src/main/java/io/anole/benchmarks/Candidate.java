package io.anole.benchmarks;

/** Something to measure. Runs in a JVM of its own. */
public interface Candidate {
    /** Its name in the results. */
    String name();

    /** What it is beside Anole. */
    Role role();

    /** Whether it takes part with so many publishers and subscribers; none of either for request and reply. */
    boolean takesPart(int publishers, int subscribers);

    /** A new bus. */
    default MessageBus bus() throws Exception {
        throw new UnsupportedOperationException(name() + " has no publish");
    }

    /** A new server and the way to ask it. */
    default Asker asker() throws Exception {
        throw new UnsupportedOperationException(name() + " has no requests");
    }

    /** Roles. */
    enum Role {
        /** The one that is measured. */
        ANOLE,
        /** What the JDK can do without a bus. */
        LIMIT,
        /** Another bus. */
        PEER
    }
}
