package io.anole.launcher;

/** A feature was not installed or removed; everything is as it was. The message is one line for a user. */
public final class FeatureException extends Exception {
    private static final long serialVersionUID = 1L;

    public FeatureException(String message) {
        super(message);
    }
}
