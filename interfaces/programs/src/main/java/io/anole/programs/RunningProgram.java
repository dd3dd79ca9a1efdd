package io.anole.programs;

import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/** A program that was started. Any thread; nothing blocks. */
@ProviderType
public interface RunningProgram {
    /** {@link #exited()} when it has ended and nobody knows how. */
    int UNKNOWN = -1;

    /** Its pid, as soon as it runs; never, if it does not. */
    CompletableFuture<Long> pid();

    /** As a shell has it: its exit code, or 128 and the number of the signal that has ended it; or {@link #UNKNOWN}. */
    CompletableFuture<Integer> exited();

    /** Done when nothing is left of it, nor of what it has started. */
    CompletableFuture<Void> over();

    /** Asks it to end; what has not ended after the bound is killed. Idempotent. */
    void end();

    /** Kills at once what is left of it. Done when that was tried, for some seconds if need be. */
    CompletableFuture<Void> kill();
}
