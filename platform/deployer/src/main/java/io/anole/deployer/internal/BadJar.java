package io.anole.deployer.internal;

/** A file that is no deployable bundle; the message says why in words. */
final class BadJar extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean whole;

    private BadJar(String message, boolean whole, Throwable cause) {
        super(message, cause);
        this.whole = whole;
    }

    /** It may be the beginning of a good one. */
    static BadJar unfinished(String message, Throwable cause) {
        return new BadJar(message, false, cause);
    }

    /** Waiting will not make it better. */
    static BadJar broken(String message) {
        return new BadJar(message, true, null);
    }

    boolean whole() {
        return whole;
    }
}
