package io.anole.console.internal.pages;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How long a thread of the web server waits for the robot. */
final class Patience {
    /** Less than what the page's script waits. */
    static final long SECONDS = 5;

    private Patience() {
    }

    /**
     * What became of it, or empty if that is not known yet.
     *
     * @throws Refusal with the reason if it failed
     */
    static <T> Optional<T> await(CompletionStage<T> change) {
        try {
            return Optional.of(change.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            throw new Refusal(409, told(e));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "the web server is stopping");
        }
    }

    /** The reason, without what was put around it on its way. */
    static String told(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** A reading of milliseconds that only grows, for rates. */
    static double millis() {
        return System.nanoTime() / 1e6;
    }
}
