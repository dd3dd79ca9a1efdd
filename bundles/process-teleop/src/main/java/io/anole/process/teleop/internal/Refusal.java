package io.anole.process.teleop.internal;

/** Why a request is not done: an HTTP status, and one line that says what to do. */
final class Refusal extends Exception {
    private final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
