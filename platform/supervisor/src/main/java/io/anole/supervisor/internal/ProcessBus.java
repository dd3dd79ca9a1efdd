package io.anole.supervisor.internal;

import io.anole.bus.Bus;
import io.anole.bus.Caller;
import io.anole.bus.Handler;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Statistics;
import io.anole.bus.SwapReport;
import io.anole.bus.Watcher;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The bus as one life of a process sees it: handlers run on the process's thread unless told otherwise, and what they do is counted
 * with it. Subscriptions and services on that thread are in its {@link Estate}; the rest ends with this life: a watch made anew
 * hears all there is, and a lane of its own is of the version that goes.
 */
final class ProcessBus implements Bus {
    private final Bus bus;
    private final Postbox owner;
    private final Estate estate;
    private final Executor lane;
    private final Life life;

    ProcessBus(Bus bus, Postbox owner, Estate estate, Life life) {
        this.bus = bus;
        this.owner = owner;
        this.estate = estate;
        this.lane = estate.lane();
        this.life = life;
    }

    private <V> V counted(String what, Callable<V> call) throws Exception {
        life.beforeMessage();
        try {
            V value = call.call();
            life.handled();
            return value;
        } catch (Exception | Error e) {
            life.count(what, e);
            throw e;
        }
    }

    @Override
    public String name() {
        return bus.name();
    }

    @Override
    public <T> Publisher<T> publisher(String topic, Class<T> type, Qos qos) {
        return bus.publisher(topic, type, qos);
    }

    @Override
    public <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Handler<? super T> handler) {
        return estate.subscribe(owner, pattern, type, qos, counted(pattern, handler));
    }

    @Override
    public <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Executor other, Handler<? super T> handler) {
        return bus.subscribe(pattern, type, qos, other, counted(pattern, handler));
    }

    private <T> Handler<T> counted(String pattern, Handler<? super T> handler) {
        Objects.requireNonNull(handler, "handler");
        return (body, message) -> counted(pattern, () -> {
            handler.handle(body, message);
            return null;
        });
    }

    @Override
    public <Q, R> Caller<Q, R> caller(String service, Class<Q> request, Class<R> answer) {
        return bus.caller(service, request, answer);
    }

    @Override
    public <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer,
            Service<? super Q, ? extends R> handler) {
        return estate.serve(owner, service, request, answer, this.<Q, R, R>counting(service, handler));
    }

    @Override
    public <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer, Executor other,
            Service<? super Q, ? extends R> handler) {
        return bus.serve(service, request, answer, other, this.<Q, R, R>counting(service, handler));
    }

    /** Names the type of the answers that {@code handler} gives, which may be narrower than what is served. */
    private <Q, R, A extends R> Service<Q, A> counting(String service, Service<? super Q, ? extends A> handler) {
        Objects.requireNonNull(handler, "handler");
        return (body, message) -> counted(service, () -> handler.answer(body, message).thenApply(a -> a));
    }

    @Override
    public CompletableFuture<Void> put(String key, Object value, Lifetime lifetime) {
        return bus.put(key, value, lifetime);
    }

    @Override
    public CompletableFuture<Void> remove(String key) {
        return bus.remove(key);
    }

    @Override
    public <T> CompletableFuture<Optional<T>> get(String key, Class<T> type) {
        return bus.get(key, type);
    }

    @Override
    public <T> Registration watch(String pattern, Class<T> type, Watcher<? super T> watcher) {
        return watch(pattern, type, lane, watcher);
    }

    @Override
    public <T> Registration watch(String pattern, Class<T> type, Executor other, Watcher<? super T> watcher) {
        return bus.watch(pattern, type, other, new Watcher<T>() {
            @Override
            public void put(Name key, T value) {
                count(() -> watcher.put(key, value));
            }

            @Override
            public void removed(Name key) {
                count(() -> watcher.removed(key));
            }

            @Override
            public void synced() {
                count(watcher::synced);
            }

            private void count(Runnable call) {
                life.beforeMessage();
                try {
                    call.run();
                    life.handled();
                } catch (RuntimeException | Error e) {
                    life.count(pattern, e);
                    throw e;
                }
            }
        });
    }

    @Override
    public CompletableFuture<SwapReport> swap(String provider, Map<String, Object> properties) {
        return bus.swap(provider, properties);
    }

    @Override
    public List<SwapReport> swaps() {
        return bus.swaps();
    }

    @Override
    public Statistics statistics() {
        return bus.statistics();
    }
}
