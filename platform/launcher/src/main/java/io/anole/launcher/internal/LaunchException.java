package io.anole.launcher.internal;

/** Why the launcher gives up: a line for the user, one for each thing that is wrong where all are told, and the exit code. */
final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    static final int USAGE = 2;
    static final int CONFIGURATION = 3;
    static final int RUNNING = 4;
    static final int PORT = 5;

    private final int code;

    LaunchException(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }

    static LaunchException configuration(String message) {
        return new LaunchException(CONFIGURATION, message);
    }
}
