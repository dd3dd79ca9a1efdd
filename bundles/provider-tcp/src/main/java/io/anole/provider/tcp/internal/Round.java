package io.anole.provider.tcp.internal;

import java.util.function.Consumer;

/** One question to all neighbours: over when each has answered, or is away. */
final class Round {
    private final Consumer<Refusal> over;
    private int missing = 1;
    private Refusal refusal;

    /** @param over hears a refusal, or null */
    Round(Consumer<Refusal> over) {
        this.over = over;
    }

    void expect() {
        missing++;
    }

    /** @param why null if it is done */
    void answered(Refusal why) {
        refusal = refusal == null ? why : refusal;
        if (--missing == 0) {
            over.accept(refusal);
        }
    }
}
