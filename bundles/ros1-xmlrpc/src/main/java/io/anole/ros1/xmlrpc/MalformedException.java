package io.anole.ros1.xmlrpc;

import java.io.IOException;

/** What came is not XML-RPC, or more of it than the limits allow; the message says what, and where in the document. */
public final class MalformedException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedException(String message) {
        super(message);
    }
}
