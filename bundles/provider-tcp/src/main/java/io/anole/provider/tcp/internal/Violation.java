package io.anole.provider.tcp.internal;

/** The other side broke the protocol or a limit; it is told the reason and cut off. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;

    Violation(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    Violation(String message) {
        this(Frame.VIOLATION, message);
    }

    int code() {
        return code;
    }
}
