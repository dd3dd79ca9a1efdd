package io.anole.shell.internal;

/** Ends a command with one line for its user and an exit code. */
final class Failure extends RuntimeException {
    /** It was tried and did not work. */
    static final int FAILED = 1;
    /** The command line can't be understood. */
    static final int USAGE = 2;
    /** Nothing has that name. */
    static final int UNKNOWN = 4;
    /** No answer in time. */
    static final int TIMEOUT = 5;

    private static final long serialVersionUID = 1;
    private final int code;

    Failure(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }
}
