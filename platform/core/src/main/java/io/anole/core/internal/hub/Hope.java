package io.anole.core.internal.hub;

/**
 * Whether it pays to spin for a moment before giving up: while it helps, each time; the more often in a row it was in vain,
 * the more seldom. Spinning in vain costs a loaded machine more than the sleep it saves. Belongs to one thread at a time.
 */
final class Hope {
    private static final int LEAST = 7;

    private int vain;
    private int pause;

    /** Whether to try now. */
    boolean worthATry() {
        if (pause > 0) {
            pause--;
            return false;
        }
        return true;
    }

    /** How the try went. */
    void learn(boolean helped) {
        vain = helped ? 0 : Math.min(vain + 1, LEAST);
        pause = helped ? 0 : (1 << vain) - 1;
    }
}
