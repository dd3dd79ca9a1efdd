package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.provider.Outlet;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Holds what one publisher publishes while its link is replaced, and lets it go in order. Whoever still has the gate in
 * hand afterwards is passed through.
 */
final class Gate implements Outlet {
    private final int most;
    /** Guarded by this object, as are the next five. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private Outlet through;
    private UnaryOperator<Message> fit;
    private BusException refusal;
    private long held;
    private long expired;

    Gate(int most) {
        this.most = most;
    }

    /** Done when the system has accepted the message. */
    static final class Passage extends CompletableFuture<Void> {
        /** Done when the gate has opened; whether it leads to a link by reference. */
        final CompletableFuture<Boolean> passed = new CompletableFuture<>();
    }

    private record Waiting(Message message, Passage accepted) {
    }

    @Override
    public CompletionStage<Void> publish(Message message) {
        Outlet open;
        synchronized (this) {
            if (refusal != null) {
                return CompletableFuture.failedStage(refusal);
            }
            open = through;
            if (open == null) {
                if (waiting.size() >= most) {
                    return CompletableFuture.failedStage(new Rejected(most + " messages wait already on '" + message.name()
                            + "' for its bus to get another link"));
                }
                Waiting one = new Waiting(message, new Passage());
                waiting.add(one);
                held++;
                return one.accepted;
            }
        }
        return open.publish(fit.apply(message));
    }

    /** Sends what waits through the outlet, then everything. What was given up or is past its lifespan is left out. */
    synchronized void open(Outlet next, boolean byReference, UnaryOperator<Message> fitting) {
        fit = fitting;
        for (Waiting one = waiting.poll(); one != null; one = waiting.poll()) {
            if (one.message.expiredAt(System.nanoTime())) {
                expired++;
                one.accepted.completeExceptionally(
                        new Rejected("a message on '" + one.message.name() + "' waited past its lifespan"));
            } else if (!one.accepted.isDone()) {
                send(one, next);
            }
            one.accepted.passed.complete(byReference);
        }
        through = next;
    }

    private void send(Waiting one, Outlet next) {
        try {
            next.publish(fit.apply(one.message)).whenComplete((done, error) -> {
                if (error == null) {
                    one.accepted.complete(null);
                } else {
                    one.accepted.completeExceptionally(error);
                }
            });
        } catch (RuntimeException e) {
            one.accepted.completeExceptionally(e);
        }
    }

    /** No link came: what waits fails, and what comes later too. */
    void refuse(BusException why) {
        ArrayDeque<Waiting> all;
        synchronized (this) {
            refusal = why;
            all = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        for (Waiting one : all) {
            one.accepted.completeExceptionally(why);
            one.accepted.passed.complete(true);
        }
    }

    synchronized long held() {
        return held;
    }

    synchronized long expired() {
        return expired;
    }

    @Override
    public void close() {
        // What it leads to is closed by whoever opened it.
    }
}
