package io.anole.core.internal.hub;

import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.StateListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Takes along what this runtime has put on one system and that shall stay: first what is there, told by the former link on
 * any thread, then what changes, told by the {@link Store}. Ephemeral keys are not here, since the store puts those on
 * each link itself.
 */
final class StateCopy implements StateListener, AutoCloseable {
    private final Store store;
    private final String own;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    /** Not given yet; an empty value is a removal. Guarded by itself, as is the next. */
    private final Map<Name, Optional<Value>> waiting = new LinkedHashMap<>();
    private boolean given;
    private Registration watch;

    StateCopy(Store store, String runtime) {
        this.store = store;
        this.own = runtime + "/";
    }

    /** Begins to read what is there; done when all of it has been heard. */
    CompletableFuture<Void> read(Session from) {
        if (!from.isUp() || !from.capabilities().can(Ability.WATCH) || !from.capabilities().can(Ability.STATE)) {
            return CompletableFuture.completedFuture(null);
        }
        watch = from.link().watch(Pattern.of("/**"), this);
        watch.ready().whenComplete((done, error) -> {
            if (error != null) {
                ready.completeExceptionally(error);
            }
        });
        return ready;
    }

    @Override
    public void put(Name key, Value value) {
        if (value.source().startsWith(own) && !store.ephemeral(key)) {
            synchronized (waiting) {
                waiting.putIfAbsent(key, Optional.of(value));
            }
        }
    }

    @Override
    public void removed(Name key) {
        // By this runtime: the store tells it. By another: what it removes there, it need not want removed elsewhere.
    }

    @Override
    public void synced() {
        ready.complete(null);
    }

    /** This runtime has put or removed a key while the copy is under way. */
    void changed(Name key, Optional<Value> value) {
        synchronized (waiting) {
            waiting.put(key, value);
        }
    }

    /**
     * Puts on the session what it has not been given yet; the first time without what it has already, which may be newer.
     *
     * @return done when the system has accepted all of it
     */
    CompletableFuture<Void> give(Session to) {
        Map<Name, Optional<Value>> all;
        boolean first;
        synchronized (waiting) {
            all = new LinkedHashMap<>(waiting);
            waiting.clear();
            first = !given;
            given = true;
        }
        if (!to.capabilities().can(Ability.STATE)) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<?>> puts = new ArrayList<>();
        all.forEach((key, value) -> puts.add(!first ? put(to, key, value) : to.link().get(key).toCompletableFuture()
                .thenCompose(there -> there.isPresent() ? CompletableFuture.completedFuture(null) : put(to, key, value))));
        return CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> put(Session to, Name key, Optional<Value> value) {
        return to.link().put(key, value.map(one -> store.fit(to, one)), Lifetime.DURABLE).toCompletableFuture();
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
