package io.anole.core.internal.hub;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Registration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Where a registration hangs now: makes it anew on every younger link, and tells when it first held. */
final class Attachment {
    private final Hub hub;
    private final Function<Session, Registration> register;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private Session session;
    private Registration registration;
    /** Made ready on a session that may become the one. */
    private Session coming;
    private Registration upcoming;
    private boolean closed;
    /** When it first held, by the count of {@link Hub#readied}; 0 before. */
    private volatile long readied;

    Attachment(Hub hub, Function<Session, Registration> register) {
        this.hub = hub;
        this.register = register;
    }

    synchronized void attach(Session next) {
        if (closed || session != null && session.number >= next.number) {
            return;
        }
        Registration former = registration;
        session = next;
        registration = null;
        try {
            registration = register.apply(next);
        } catch (RuntimeException e) {
            ready.completeExceptionally(e);
            return;
        }
        if (former != null) {
            former.close();
        }
        watch(registration.ready().toCompletableFuture());
    }

    private void watch(CompletableFuture<Void> there) {
        if (there.isDone()) {
            settle(there);
        } else {
            there.whenCompleteAsync((done, error) -> settle(there), hub.dispatcher());
        }
    }

    /** As {@link Endpoint#prepare}. */
    synchronized CompletionStage<Void> prepare(Session next) {
        if (closed || coming == next) {
            return Subscription.DONE;
        }
        coming = next;
        upcoming = register.apply(next);
        return upcoming.ready();
    }

    /** As {@link Endpoint#take}. */
    synchronized void take(Session next) {
        if (closed || session != null && session.number >= next.number) {
            return;
        }
        prepare(next);
        registration = upcoming;
        session = next;
        coming = null;
        upcoming = null;
        if (!ready.isDone()) {
            watch(registration.ready().toCompletableFuture());
        }
    }

    /** As {@link Endpoint#abandon}. */
    void abandon(Session next) {
        Registration last;
        synchronized (this) {
            if (coming != next) {
                return;
            }
            last = upcoming;
            coming = null;
            upcoming = null;
        }
        if (last != null) {
            last.close();
        }
    }

    /** Whether it held before the hub's count of such events came to this. */
    boolean readiedBefore(long count) {
        long when = readied;
        return when != 0 && when <= count;
    }

    private void settle(CompletableFuture<Void> there) {
        try {
            there.join();
            if (readied == 0) {
                readied = hub.readied();
            }
            ready.complete(null);
        } catch (RuntimeException e) {
            ready.completeExceptionally(Cause.of(e));
        }
    }

    synchronized void detach(Session from) {
        if (session == from && registration != null) {
            registration.close();
            registration = null;
        }
    }

    CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    void close(String what) {
        Registration last;
        Registration next;
        synchronized (this) {
            closed = true;
            last = registration;
            next = upcoming;
            registration = null;
            upcoming = null;
        }
        if (last != null) {
            last.close();
        }
        if (next != null) {
            next.close();
        }
        ready.completeExceptionally(new Closed(what + " was closed before it was ready"));
    }
}
