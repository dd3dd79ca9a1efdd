package io.anole.access;

/** Why somebody may not come in or do something: a status of HTTP, and one line that says what to do. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    public Refused(int status, String line) {
        super(line, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
