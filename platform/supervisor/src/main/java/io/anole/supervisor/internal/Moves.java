package io.anole.supervisor.internal;

import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.supervisor.Forks;
import io.anole.supervisor.StandIn;
import io.anole.supervisor.internal.Entry.Candidate;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.ServiceReference;

/**
 * Moves processes between threads here and JVMs of their own. A move is a change of the configuration, whoever makes it: the
 * component goes and its stand-in comes, or the reverse, and what the one leaves the other finds, as in an update of its bundle. Asked
 * for here it is also watched, and undone if it fails.
 */
final class Moves {
    /** How long a move may take. */
    static final Duration BOUND = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 10;

    private final Roster roster;
    private final Life.Shared shared;
    private final Configurations configurations;

    Moves(Roster roster, Life.Shared shared, Configurations configurations) {
        this.roster = roster;
        this.shared = shared;
        this.configurations = configurations;
    }

    /** A move under way: which configuration, which way, and the life that is left behind, if any. */
    private record Move(String process, List<String> pids, boolean forked, Life before, long until) {
        String mode(boolean back) {
            return forked == back ? Spec.THREAD : Spec.FORKED;
        }

        String place() {
            return forked ? "in a JVM of its own" : "on a thread here";
        }
    }

    /** Whether a component that goes has to, since its process is to run elsewhere from now on, by its configuration. */
    boolean under(ServiceReference<ManagedProcess> component) {
        boolean forked = component.getProperty(StandIn.PIDS) != null;
        return forked != Spec.FORKED.equals(configurations.mode(configurations.pids(component)));
    }

    CompletableFuture<ProcessInfo> move(String process, boolean forked) {
        ServiceReference<ManagedProcess> component;
        Life before;
        synchronized (roster) {
            Entry entry = roster.entries.get(process);
            Candidate candidate = entry == null ? null : entry.candidates.peekFirst();
            component = candidate == null ? roster.refused.elsewhere(process) : candidate.component();
            before = entry != null && entry.running ? entry.life : null;
            if (candidate != null && forked == isForked(candidate.component())) {
                return CompletableFuture.completedFuture(entry.info());
            }
        }
        if (component == null) {
            return CompletableFuture.failedFuture(new NoSuchElementException("there is no process '" + process + "'"));
        }
        Optional<String> refusal = forked ? refusal(component) : Optional.empty();
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new IllegalStateException("process '" + process + "' can't move: " + refusal.get()));
        }
        Move move = new Move(process, configurations.pids(component), forked, before, System.nanoTime() + BOUND.toNanos());
        CompletableFuture<ProcessInfo> moved = new CompletableFuture<>();
        shared.workers().execute(() -> begin(move, moved));
        return moved;
    }

    private static boolean isForked(ServiceReference<?> component) {
        return component.getProperty(StandIn.PIDS) != null;
    }

    private Optional<String> refusal(ServiceReference<ManagedProcess> component) {
        ServiceReference<Forks> reference = shared.context().getServiceReference(Forks.class);
        Forks forks = reference == null ? null : shared.context().getService(reference);
        if (forks == null) {
            return Optional.of("nobody here runs processes in JVMs of their own; install the feature children");
        }
        try {
            return forks.refusal(component);
        } finally {
            shared.context().ungetService(reference);
        }
    }

    private void begin(Move move, CompletableFuture<ProcessInfo> moved) {
        try {
            configurations.mode(move.pids(), move.mode(false));
            look(move, moved);
        } catch (IllegalStateException e) {
            moved.completeExceptionally(e);
        }
    }

    private void later(Runnable look) {
        shared.timer().schedule(() -> shared.workers().execute(look), LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(Move move, CompletableFuture<ProcessInfo> moved) {
        ProcessInfo there = null;
        String failure = null;
        synchronized (roster) {
            Entry entry = roster.entries.get(move.process());
            boolean over = entry != null && !entry.candidates.isEmpty()
                    && isForked(entry.candidates.peekFirst().component()) == move.forked();
            if (over && (move.before() == null || entry.state == State.ACTIVE && entry.life != move.before())) {
                there = entry.info();
            } else if (over && entry.state == State.FINALIZED || System.nanoTime() - move.until() > 0) {
                failure = entry == null ? "its component is gone" : entry.reason.isEmpty() ? "it takes too long" : entry.reason;
            }
        }
        if (there != null) {
            moved.complete(there);
        } else if (failure == null) {
            later(() -> look(move, moved));
        } else {
            undo(move, failure, moved);
        }
    }

    private void undo(Move move, String failure, CompletableFuture<ProcessInfo> moved) {
        String text = "process '" + move.process() + "' did not come alive " + move.place() + ": " + failure;
        try {
            configurations.mode(move.pids(), move.mode(true));
            awaitReturn(new Move(move.process(), move.pids(), !move.forked(), move.before(), System.nanoTime() + BOUND.toNanos()),
                    text, moved);
        } catch (IllegalStateException e) {
            moved.completeExceptionally(new IllegalStateException(text + "; " + e.getMessage(), e));
        }
    }

    private void awaitReturn(Move back, String text, CompletableFuture<ProcessInfo> moved) {
        boolean returned;
        synchronized (roster) {
            Entry entry = roster.entries.get(back.process());
            returned = entry != null && !entry.candidates.isEmpty() && entry.state == State.ACTIVE
                    && isForked(entry.candidates.peekFirst().component()) == back.forked();
        }
        if (returned) {
            moved.completeExceptionally(new IllegalStateException(text + "; it goes on where it was"));
        } else if (System.nanoTime() - back.until() > 0) {
            moved.completeExceptionally(new IllegalStateException(text + "; nor did it come back"));
        } else {
            later(() -> awaitReturn(back, text, moved));
        }
    }
}
