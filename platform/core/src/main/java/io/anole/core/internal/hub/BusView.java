package io.anole.core.internal.hub;

import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Caller;
import io.anole.bus.Handler;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Statistics;
import io.anole.bus.SwapReport;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.core.ParticipantBus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A participant's view of a bus: opens endpoints in its name, and closes them with itself. */
final class BusView implements ParticipantBus {
    private final Hub hub;
    private final String participant;
    private final String source;
    private final Lane lane;
    private final Map<Executor, Lane> lanes = Collections.synchronizedMap(new IdentityHashMap<>());
    /** Guarded by itself. */
    private final Set<Endpoint> endpoints = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile boolean closed;

    BusView(Hub hub, String participant, Executor lane) {
        this.hub = hub;
        this.participant = participant;
        this.source = hub.identity(participant).source();
        this.lane = lane == null ? hub.ownLane() : lane(lane);
    }

    private Lane lane(Executor executor) {
        return lanes.computeIfAbsent(Objects.requireNonNull(executor, "lane"), Lane::new);
    }

    private <E extends Endpoint> E keep(E endpoint, Identity identity, String kind, String name, Class<?> type) {
        try {
            Runnable withdraw = kind == null ? () -> { } : hub.graph().announce(identity, kind, name, type);
            if (!hub.remember(endpoint, this, withdraw)) {
                withdraw.run();
                throw new IllegalStateException(over());
            }
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
        return endpoint;
    }

    /** Closes it with itself from now on; false if it is closed already. */
    boolean add(Endpoint endpoint) {
        synchronized (endpoints) {
            return !closed && endpoints.add(endpoint);
        }
    }

    @Override
    public String name() {
        return hub.config().bus();
    }

    @Override
    public <T> HubPublisher<T> publisher(String topic, Class<T> type, Qos qos) {
        Name name = Name.of(topic);
        check(qos, name.toString());
        Identity identity = hub.identity(participant);
        return keep(new HubPublisher<>(hub, this, identity, name, type, qos), identity, "publisher", name.toString(), type);
    }

    @Override
    public Publisher<Message> relay(String topic, Qos qos) {
        return new HubPublisher.Relay(publisher(topic, Object.class, qos));
    }

    /** What the present link refuses is refused here; without a link, when one comes. */
    private void check(Qos qos, String name) {
        Session session = hub.session();
        if (session == null) {
            return;
        }
        Capabilities can = session.capabilities();
        need(can, qos.reliability() == Reliability.RELIABLE ? Ability.RELIABLE : Ability.BEST_EFFORT, name);
        if (qos.durability() == Durability.TRANSIENT_LOCAL) {
            need(can, Ability.TRANSIENT_LOCAL, name);
        }
    }

    private void need(Capabilities can, Ability ability, String name) {
        if (!can.can(ability)) {
            throw new Unsupported("bus '" + name() + "' (" + hub.provider() + ") can't do " + ability
                    + ", which was asked for '" + name + "'");
        }
    }

    @Override
    public <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Handler<? super T> handler) {
        return subscribe(pattern, type, qos, lane, "", handler);
    }

    @Override
    public <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Executor executor,
            Handler<? super T> handler) {
        return subscribe(pattern, type, qos, lane(executor), "", handler);
    }

    @Override
    public Registration subscribeToOthers(String pattern, Qos qos, Executor executor, Handler<Object> handler) {
        return subscribe(pattern, Object.class, qos, lane(executor), hub.identity(participant).sender(), handler);
    }

    private <T> Registration subscribe(String text, Class<T> type, Qos qos, Lane on, String deafTo, Handler<? super T> handler) {
        Pattern pattern = Pattern.of(text);
        Identity identity = hub.identity(participant);
        return keep(new Subscription(hub, this, identity, pattern, type, qos, on, deafTo, Objects.requireNonNull(handler, "handler")),
                identity, "subscription", pattern.toString(), type);
    }

    @Override
    public <Q, R> Caller<Q, R> caller(String service, Class<Q> request, Class<R> answer) {
        Identity identity = hub.identity(participant);
        return keep(new HubCaller<>(hub, this, identity, Name.of(service), request, answer), identity, null, service, request);
    }

    @Override
    public <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer,
            Service<? super Q, ? extends R> handler) {
        return serve(service, request, answer, lane, handler);
    }

    @Override
    public <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer, Executor executor,
            Service<? super Q, ? extends R> handler) {
        return serve(service, request, answer, lane(executor), handler);
    }

    private <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer, Lane on,
            Service<? super Q, ? extends R> handler) {
        Name name = Name.of(service);
        Identity identity = hub.identity(participant);
        return keep(new Served(hub, this, identity, name, request, answer, on, Objects.requireNonNull(handler, "handler")),
                identity, "service", name.toString(), answer);
    }

    @Override
    public CompletableFuture<Void> put(String key, Object value, Lifetime lifetime) {
        Name name = Name.of(key);
        String type = value == null ? "" : hub.typeName(value.getClass());
        return store(name, Optional.of(new Value(value, type, source)), lifetime);
    }

    @Override
    public CompletableFuture<Void> remove(String key) {
        return store(Name.of(key), Optional.empty(), Lifetime.DURABLE);
    }

    private CompletableFuture<Void> store(Name key, Optional<Value> value, Lifetime lifetime) {
        return closed ? refused() : hub.store().put(this, key, value, lifetime);
    }

    @Override
    public <T> CompletableFuture<Optional<T>> get(String key, Class<T> type) {
        return closed ? refused() : hub.store().get(Name.of(key), type);
    }

    /** What whoever asks a closed one is given. */
    <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(new Closed(over()));
    }

    private String over() {
        return "the view of '" + participant + "' on bus '" + name() + "' is closed";
    }

    boolean closed() {
        return closed;
    }

    @Override
    public <T> Registration watch(String pattern, Class<T> type, Watcher<? super T> watcher) {
        return watch(pattern, type, lane, watcher);
    }

    @Override
    public <T> Registration watch(String pattern, Class<T> type, Executor executor, Watcher<? super T> watcher) {
        return watch(pattern, type, lane(executor), watcher);
    }

    private <T> Registration watch(String text, Class<T> type, Lane on, Watcher<? super T> watcher) {
        Pattern pattern = Pattern.of(text);
        Identity identity = hub.identity(participant);
        return keep(new Watch<>(hub, this, identity, pattern, type, on, Objects.requireNonNull(watcher, "watcher")), identity,
                null, text, type);
    }

    @Override
    public CompletableFuture<SwapReport> swap(String provider, Map<String, Object> properties) {
        return hub.swap(provider, properties, "asked for by '" + participant + "'");
    }

    @Override
    public List<SwapReport> swaps() {
        return hub.swaps();
    }

    @Override
    public Statistics statistics() {
        return hub.statistics();
    }

    @Override
    public void vacate(Registration registration) {
        if (registration instanceof Subscription subscription) {
            own(subscription).vacate();
        } else {
            own(service(registration)).vacate();
        }
    }

    @Override
    public <T> void occupy(Registration subscription, Class<T> type, Handler<? super T> handler) {
        if (!(subscription instanceof Subscription mine)) {
            throw new IllegalArgumentException("no subscription: " + subscription);
        }
        own(mine).occupy(type, Objects.requireNonNull(handler, "handler"));
    }

    @Override
    public <Q, R> void occupy(Registration service, Class<Q> request, Class<R> answer,
            Service<? super Q, ? extends R> handler) {
        own(service(service)).occupy(request, answer, Objects.requireNonNull(handler, "handler"));
    }

    private static Served service(Registration registration) {
        if (registration instanceof Served service) {
            return service;
        }
        throw new IllegalArgumentException("no service: " + registration);
    }

    private <E extends Attached> E own(E endpoint) {
        synchronized (endpoints) {
            if (endpoints.contains(endpoint)) {
                return endpoint;
            }
        }
        throw new IllegalArgumentException(endpoint.what() + " is not of this view, or closed");
    }

    void forget(Endpoint endpoint) {
        synchronized (endpoints) {
            endpoints.remove(endpoint);
        }
    }

    @Override
    public void close() {
        List<Endpoint> all;
        synchronized (endpoints) {
            closed = true;
            all = new ArrayList<>(endpoints);
        }
        all.forEach(Endpoint::markEnded);
        all.forEach(Endpoint::close);
        hub.store().close(this);
        hub.forget(this);
    }
}
