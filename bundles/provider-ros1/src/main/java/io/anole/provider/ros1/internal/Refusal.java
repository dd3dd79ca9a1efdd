package io.anole.provider.ros1.internal;

/** Why a connection can't be. One line, for both ends. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message, null, false, false);
    }
}
