package io.anole.core.internal.hub;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Registration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Where a registration hangs now: makes it anew on every younger link, and tells when it first held. */
final class Attachment {
    private final Executor executor;
    private final Function<Session, Registration> register;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private Session session;
    private Registration registration;
    private boolean closed;

    Attachment(Executor executor, Function<Session, Registration> register) {
        this.executor = executor;
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
        CompletableFuture<Void> there = registration.ready().toCompletableFuture();
        if (there.isDone()) {
            settle(there);
        } else {
            there.whenCompleteAsync((done, error) -> settle(there), executor);
        }
    }

    private void settle(CompletableFuture<Void> there) {
        try {
            there.join();
            ready.complete(null);
        } catch (CompletionException e) {
            ready.completeExceptionally(e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException e) {
            ready.completeExceptionally(e);
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
        synchronized (this) {
            closed = true;
            last = registration;
            registration = null;
        }
        if (last != null) {
            last.close();
        }
        ready.completeExceptionally(new Closed(what + " was closed before it was ready"));
    }
}
