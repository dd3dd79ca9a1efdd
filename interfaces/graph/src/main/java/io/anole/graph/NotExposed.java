package io.anole.graph;

/** The name is not exposed by this node, or nobody offers it now; the message says which. */
public final class NotExposed extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotExposed(String message) {
        super(message);
    }
}
