package io.anole.ros1.master.internal;

/** A call is answered with a code other than 1. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1;
    static final int ERROR = -1;
    static final int FAILURE = 0;

    private final int code;
    private final String value;

    Failure(int code, String text) {
        this(code, text, null);
    }

    /** @param value what it returns all the same; null for what the method always returns when it fails */
    Failure(int code, String text, String value) {
        super(text, null, false, false);
        this.code = code;
        this.value = value;
    }

    Object valueOr(Object usual) {
        return value == null ? usual : value;
    }

    int code() {
        return code;
    }
}
