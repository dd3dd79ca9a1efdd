package io.anole.gateway.internal.rest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How long a request waits. */
final class Patience {
    static final long LONGEST_S = 60;
    /** Where a time-out of its own ends the wait first. */
    private static final long GRACE_S = 5;

    private Patience() {
    }

    static <T> T await(CompletableFuture<T> answer) throws Exception {
        return answer.get(LONGEST_S + GRACE_S, TimeUnit.SECONDS);
    }
}
