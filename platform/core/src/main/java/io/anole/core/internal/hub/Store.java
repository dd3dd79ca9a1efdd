package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities.Ability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State, as the hub's users see it. Remembers whose the ephemeral keys are: they go when their owner closes, and are put
 * again on a new link.
 */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private final Hub hub;
    private final Map<Name, Owned> ephemeral = new ConcurrentHashMap<>();
    /** What is written goes to one link, and is known to whoever moves to another: so the move excludes writers. */
    private final ReentrantReadWriteLock moving = new ReentrantReadWriteLock();
    private volatile StateCopy follower;

    Store(Hub hub) {
        this.hub = hub;
    }

    private record Owned(Object owner, Value value) {
    }

    CompletableFuture<Void> put(BusView owner, Name key, Optional<Value> value, Lifetime lifetime) {
        boolean passing = value.isPresent() && lifetime == Lifetime.EPHEMERAL;
        moving.readLock().lock();
        try {
            Session session = hub.session();
            if (session == null) {
                return later(() -> passing && owner.closed() ? owner.refused() : put(owner, key, value, lifetime));
            }
            Optional<Value> fit = value.map(one -> fit(session, one));
            if (passing) {
                ephemeral.put(key, new Owned(owner, value.get()));
            } else {
                ephemeral.remove(key);
                tell(key, value);
            }
            CompletionStage<Void> stage = session.link().put(key, fit, lifetime);
            if (passing && owner.closed()) {
                undo(session, owner, key);
            }
            return ask(session, "writing state '" + key + "'", stage, done -> null);
        } finally {
            moving.readLock().unlock();
        }
    }

    /** The owner was closed while it put this key, and may have removed it before the link had it. */
    private void undo(Session session, BusView owner, Name key) {
        Owned now = ephemeral.get(key);
        if (now == null || now.owner == owner && ephemeral.remove(key, now)) {
            session.link().put(key, Optional.empty(), Lifetime.EPHEMERAL);
        }
    }

    private void tell(Name key, Optional<Value> value) {
        StateCopy copy = follower;
        if (copy != null) {
            copy.changed(key, value);
        }
    }

    /** From now on this one is told of what is written to stay; null for nobody. */
    void follow(StateCopy copy) {
        moving.writeLock().lock();
        follower = copy;
        moving.writeLock().unlock();
    }

    /**
     * Puts all state on the next link and makes it the one, with no write in between.
     *
     * @return done when the link has accepted the state
     */
    CompletableFuture<Void> move(Session next, StateCopy state, Runnable switchOver) {
        moving.writeLock().lock();
        try {
            List<CompletableFuture<?>> all = restore(next);
            if (state != null) {
                all.add(state.give(next));
            }
            follower = null;
            switchOver.run();
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        } finally {
            moving.writeLock().unlock();
        }
    }

    <T> CompletableFuture<Optional<T>> get(Name key, Class<T> type) {
        Session session = hub.session();
        if (session == null) {
            return later(() -> get(key, type));
        }
        return ask(session, "reading state '" + key + "'", session.link().get(key),
                found -> found.map(value -> body(value, type)));
    }

    /** Asks as soon as there is a link, if one is expected. */
    private <R> CompletableFuture<R> later(Supplier<CompletableFuture<R>> question) {
        CompletableFuture<R> result = new CompletableFuture<>();
        Pause pause = hub.pause();
        boolean waits = pause != null && pause.add(() -> question.get().whenComplete((found, error) -> {
            if (error == null) {
                result.complete(found);
            } else {
                result.completeExceptionally(error);
            }
        }));
        if (waits) {
            return result;
        }
        // The link may have come between the look at it and the end of the pause.
        return hub.session() == null ? CompletableFuture.failedFuture(new LinkLost(hub.noLink())) : question.get();
    }

    /** Whether this key is here only as long as its owner. */
    boolean ephemeral(Name key) {
        return ephemeral.containsKey(key);
    }

    /** Removes what the owner has put, unless somebody else has put it since. */
    void close(Object owner) {
        writing(session -> ephemeral.forEach((key, owned) -> {
            if (owned.owner == owner && ephemeral.remove(key, owned) && session != null) {
                session.link().put(key, Optional.empty(), Lifetime.EPHEMERAL);
            }
        }));
    }

    /** Puts a key of the graph as soon as there is a link that takes it; nobody waits for it. */
    void announce(Object owner, Name key, Value value) {
        writing(session -> {
            ephemeral.put(key, new Owned(owner, value));
            if (session != null && session.link().announces()) {
                put(session, key, value);
            }
        });
    }

    void withdraw(Object owner, Name key) {
        writing(session -> {
            Owned owned = ephemeral.get(key);
            if (owned != null && owned.owner == owner && ephemeral.remove(key, owned) && session != null) {
                session.link().put(key, Optional.empty(), Lifetime.EPHEMERAL);
            }
        });
    }

    private void writing(Consumer<Session> action) {
        moving.readLock().lock();
        try {
            action.accept(hub.session());
        } finally {
            moving.readLock().unlock();
        }
    }

    /** Puts the ephemeral keys on a new link; one that it can't carry must not keep the others from it. */
    private List<CompletableFuture<?>> restore(Session session) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        boolean any = session.capabilities().can(Ability.EPHEMERAL);
        boolean announced = session.link().announces();
        ephemeral.forEach((key, owned) -> {
            if (!any && !(announced && key.segments().get(0).equals(Graph.ROOT))) {
                return;
            }
            try {
                all.add(put(session, key, owned.value).toCompletableFuture());
            } catch (BusException e) {
                LOG.warn("bus '{}': state '{}' can't move to the new link: {}", hub.config().bus(), key, e.getMessage());
            }
        });
        return all;
    }

    private CompletionStage<Void> put(Session session, Name key, Value value) {
        return session.link().put(key, Optional.of(fit(session, value)), Lifetime.EPHEMERAL);
    }

    /** The value as the link takes it. */
    Value fit(Session session, Value value) {
        return session.byReference() ? value : new Value(hub.shapes().tree(value.body()), value.type(), value.source());
    }

    /** The value as the class asked for; as it is, if it is asked for as a {@link Value}. */
    <T> T body(Value value, Class<T> type) {
        if (type == Value.class) {
            return type.cast(value);
        }
        Object body = value.body();
        return body == null || type.isInstance(body) ? type.cast(body) : hub.shapes().as(body, type);
    }

    private <M, R> CompletableFuture<R> ask(Session session, String what, CompletionStage<M> stage,
            Function<? super M, ? extends R> convert) {
        long limit = hub.config().requestTimeout().toNanos();
        Call<M, R> call = new Call<>(new Question<>(session, what, convert), System.nanoTime() + limit);
        call.session = session;
        CompletableFuture<M> future = stage.toCompletableFuture();
        if (future.isDone()) {
            future.whenComplete(call::answered);
        } else {
            hub.calls().add(call);
            future.whenComplete(call);
        }
        return call;
    }

    /** One question about state. */
    private final class Question<M, R> implements Call.Asker<M, R> {
        private final Session session;
        private final String what;
        private final Function<? super M, ? extends R> convert;

        Question(Session session, String what, Function<? super M, ? extends R> convert) {
            this.session = session;
            this.what = what;
            this.convert = convert;
        }

        @Override
        public R convert(M answer) {
            return convert.apply(answer);
        }

        @Override
        public BusException timedOut() {
            return new Timeout(what + " on bus '" + hub.config().bus() + "' took longer than "
                    + hub.config().requestTimeout().toMillis() + " ms (request.timeout.ms)");
        }

        @Override
        public BusException over() {
            if (hub.closed()) {
                return new Closed("bus '" + hub.config().bus() + "' was closed");
            }
            return session.gone() ? new LinkLost(hub.noLink()) : null;
        }

        @Override
        public Dispatcher dispatcher() {
            return hub.dispatcher();
        }

        @Override
        public void count(Throwable failure) {
            // State is not counted per question; the link counts what it drops.
        }
    }
}
