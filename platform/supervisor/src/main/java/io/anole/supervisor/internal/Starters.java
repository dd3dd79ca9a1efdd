package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Who has asked for a process to start, and is told once what has come of it: on the workers, since whatever hangs on that is
 * foreign. Guarded by the {@link Roster}.
 */
final class Starters {
    private final String process;
    private final List<CompletableFuture<ProcessInfo>> waiting = new ArrayList<>();

    Starters(String process) {
        this.process = process;
    }

    /** Another one waits. */
    CompletableFuture<ProcessInfo> add() {
        CompletableFuture<ProcessInfo> started = new CompletableFuture<>();
        waiting.add(started);
        return started;
    }

    /** The process was born. */
    void succeed(ProcessInfo info, Executor workers) {
        tell(each -> each.complete(info), workers);
    }

    /** It will not be born, or not soon. */
    void fail(String reason, Executor workers) {
        String text = "process '" + process + "' does not start: " + reason;
        tell(each -> each.completeExceptionally(new IllegalStateException(text)), workers);
    }

    private void tell(Consumer<CompletableFuture<ProcessInfo>> outcome, Executor workers) {
        List<CompletableFuture<ProcessInfo>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> workers.execute(() -> outcome.accept(each)));
    }
}
