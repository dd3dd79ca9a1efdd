package io.anole.gateway.internal.rosbridge;

import io.anole.gateway.internal.access.Refusal;

/** How much one client may register. For the one thread that serves it. */
final class Quota {
    private final int most;
    private final Tally tally;
    private int held;

    Quota(int most, Tally tally) {
        this.most = most;
        this.tally = tally;
    }

    /** Whether there is room for one more. @throws Refusal if not */
    void room() {
        if (held >= most) {
            tally.count(Tally.Of.REGISTRATIONS_REFUSED);
            throw new Refusal(429, "a client may register " + held + " topics and services: give some back");
        }
    }

    void taken() {
        held++;
    }

    void givenBack() {
        held--;
    }
}
