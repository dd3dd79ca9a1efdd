package io.anole.console.internal.pages;

/** Why something that was asked for is not done, as one line for the user. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    /** @param status of HTTP */
    Refusal(int status, String line) {
        super(line);
        this.status = status;
    }

    int status() {
        return status;
    }
}
