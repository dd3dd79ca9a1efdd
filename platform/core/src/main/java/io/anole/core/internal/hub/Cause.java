package io.anole.core.internal.hub;

import java.util.concurrent.CompletionException;

/** Why a stage failed. Who depends on one, or joins it, is told by way of a {@link CompletionException}, which says nothing by itself. */
final class Cause {
    private Cause() {
    }

    static Throwable of(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
