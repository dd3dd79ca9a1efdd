package io.anole.gateway.internal.access;

/** What a visitor may do; each role may do what those before it may. */
public enum Role {
    /** Reads topics, parameters and states. */
    VIEWER,
    /** Publishes, calls services, sets parameters. */
    OPERATOR,
    /** Starts and stops processes. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
