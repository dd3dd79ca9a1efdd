package io.anole.gateway.internal.access;

/** Why something is not done: an HTTP status, and one line that says what to do. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    public Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
