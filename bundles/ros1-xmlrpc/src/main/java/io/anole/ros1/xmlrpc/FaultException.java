package io.anole.ros1.xmlrpc;

/** A fault: the other side was asked and has answered that it can't. */
public final class FaultException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    public FaultException(int code, String text) {
        super(text);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
