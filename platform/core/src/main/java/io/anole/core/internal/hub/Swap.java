package io.anole.core.internal.hub;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.SwapReport.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One move of a bus from the link it is on to another that is opened beside it. Runs on the thread that asked for it, one
 * at a time. Up to {@link #go} everything can be taken back: the former link has lost nothing.
 *
 * <p>The order of a topic is kept because the gate opens only when every subscription of this runtime has what the former
 * system had accepted; its publishers tell the last sequence, its subscriptions the highest they have seen. So do callers and services.
 */
final class Swap {
    private static final long LOOK = 500_000;

    private final Hub hub;
    private final HubConfig.Moving limits;
    private final Session former;
    private final Session next;
    private final Instant started = Instant.now();
    private final List<Step> steps = new ArrayList<>();
    private final StateCopy state;
    private final long duplicatesBefore;
    private long stepped = System.nanoTime();
    private long gateClosed;
    private Duration blackout = Duration.ZERO;
    private long lost;

    Swap(Hub hub, Session former, Session next) {
        this.hub = hub;
        this.limits = hub.config().moving();
        this.former = former;
        this.next = next;
        this.state = new StateCopy(hub.store(), hub.config().runtime());
        this.duplicatesBefore = duplicates();
    }

    /** Why it can't be done; the move was taken back. */
    private static final class Aborted extends Exception {
        private static final long serialVersionUID = 1;

        Aborted(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Moves the bus, or says why not. */
    SwapReport run(String cause) {
        try {
            connect();
            makeReady();
            takeState();
            closeGate();
            drain();
            go();
        } catch (Aborted e) {
            return aborted(cause, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return aborted(cause, "it was interrupted");
        } catch (RuntimeException e) {
            return aborted(cause, String.valueOf(e.getMessage()));
        } finally {
            hub.store().follow(null);
            state.close();
        }
        retire();
        return report(cause, Outcome.DONE, former.isUp() || lost == 0 ? ""
                : "the former link was down: what it had accepted and not delivered is counted as lost");
    }

    private void connect() throws Aborted, InterruptedException {
        if (!next.awaitUp(limits.open())) {
            throw new Aborted("the new link did not come up within " + limits.open().toMillis() + " ms: "
                    + next.state().detail());
        }
        step("connect");
    }

    /** Over a wire this takes round trips, so it is done beforehand; inside the JVM it takes none, and is done by {@link #go}. */
    private void makeReady() throws Aborted, InterruptedException {
        hub.publishers().forEach(publisher -> publisher.prepare(next));
        if (!next.byReference()) {
            // What is opened meanwhile is made ready too; what comes after the last look moves as it is.
            Set<Endpoint> done = Collections.newSetFromMap(new IdentityHashMap<>());
            for (List<Endpoint> fresh = hub.endpoints(); !fresh.isEmpty(); fresh = beyond(done)) {
                prepare(fresh);
                done.addAll(fresh);
            }
        }
        step("register");
    }

    private List<Endpoint> beyond(Set<Endpoint> done) {
        return hub.endpoints().stream().filter(endpoint -> !done.contains(endpoint)).toList();
    }

    private void prepare(List<Endpoint> endpoints) throws Aborted, InterruptedException {
        await(CompletableFuture.allOf(endpoints.stream().map(endpoint -> endpoint.prepare(next).toCompletableFuture())
                .toArray(CompletableFuture[]::new)), limits.open(), "the new link did not take all registrations");
    }

    private void takeState() throws Aborted, InterruptedException {
        hub.store().follow(state);
        await(state.read(former), limits.open(), "the state of the former link could not be read");
        await(state.give(next), limits.open(), "the new link did not take the state");
        step("state");
    }

    private void closeGate() {
        gateClosed = System.nanoTime();
        hub.hold();
    }

    /** If the former link is down what it had accepted can't be had, and is counted. */
    private void drain() throws Aborted, InterruptedException {
        Drain drain = new Drain(hub, former);
        if (!drain.await(limits.drain())) {
            if (former.isUp()) {
                throw new Aborted("the former link did not deliver all it had accepted within " + limits.drain().toMillis()
                        + " ms (swap.drain.ms)");
            }
            lost = drain.missing();
        }
        if (!former.byReference()) {
            // Not before: what is to be drained may wait for a handler that waits for a call.
            hub.callers().hold();
            drain.awaitCalls();
        }
        step("drain");
    }

    /** The point of no return. */
    private void go() throws Aborted {
        if (!next.isUp()) {
            throw new Aborted("the new link went down again: " + next.state().detail());
        }
        markHeard();
        CompletableFuture<Void> accepted = hub.move(next, state);
        hub.callers().release();
        blackout = Duration.ofNanos(System.nanoTime() - gateClosed);
        step("move");
        hub.accepted(accepted);
        hub.moveWatches(next);
        step("watch");
    }

    /** What the former link has brought must not be heard again over the next one: kept messages, and what is sent again. */
    private void markHeard() {
        List<HubPublisher<?>> publishers = hub.publishers();
        boolean again = publishers.stream().anyMatch(publisher -> publisher.transit().unsettled());
        for (Subscription one : hub.endpoints(Subscription.class)) {
            if (again && next.byReference()) {
                one.check();
            }
            if (former.byReference()) {
                publishers.stream().filter(publisher -> publisher.keeps() && one.hears(publisher.name()))
                        .forEach(publisher -> one.heard(publisher.source(), publisher.name(), publisher.transit().lastBeforeGate()));
            }
        }
    }

    /** Lets the former link answer what was asked of it, then lets it go. */
    private void retire() {
        long begin = System.nanoTime();
        while (hub.calls().waitsFor(call -> call.session == former) && System.nanoTime() - begin < limits.linger().toNanos()) {
            LockSupport.parkNanos(this, LOOK);
        }
        former.letGo();
        hub.calls().sweep(System.nanoTime());
        step("close");
    }

    private SwapReport aborted(String cause, String reason) {
        hub.abandon(next);
        if (gateClosed != 0) {
            blackout = Duration.ofNanos(System.nanoTime() - gateClosed);
        }
        next.letGo();
        step("abandon");
        return report(cause, Outcome.ABORTED, reason);
    }

    private void step(String name) {
        long now = System.nanoTime();
        steps.add(new Step(name, Duration.ofNanos(now - stepped)));
        stepped = now;
    }

    private static void await(CompletableFuture<?> future, Duration bound, String what) throws Aborted, InterruptedException {
        try {
            future.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new Aborted(what + ": " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new Aborted(what + " within " + bound.toMillis() + " ms");
        }
    }

    private long duplicates() {
        return hub.statistics().total().dropped().getOrDefault(Drop.DUPLICATE, 0L);
    }

    private SwapReport report(String cause, Outcome outcome, String reason) {
        long held = 0;
        long resent = 0;
        long expired = 0;
        for (HubPublisher<?> publisher : hub.publishers()) {
            Transit.Moved moved = publisher.transit().moved();
            held += moved.held();
            resent += moved.resent();
            expired += moved.expired();
        }
        return new SwapReport(hub.config().bus(), former.provider(), next.provider(), cause, outcome, reason, started, steps,
                blackout, held, resent, lost, duplicates() - duplicatesBefore, expired);
    }
}
