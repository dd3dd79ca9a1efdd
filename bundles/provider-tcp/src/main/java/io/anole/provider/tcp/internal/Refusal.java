package io.anole.provider.tcp.internal;

/** One thing that was asked for is not done; all else goes on. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int code;

    Refusal(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }
}
