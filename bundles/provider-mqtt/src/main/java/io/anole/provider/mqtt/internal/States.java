package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * State as retained messages below {@code @state/}, one per key. An ephemeral one names the client it belongs to and counts
 * only while that client is present; the first of those present removes what the dead left behind. A watch knows the end of
 * its snapshot by a probe that it publishes to its own filter.
 *
 * <p>Changes come on Paho's callback thread. Each watch has its own monitor, held while its listener is told; the table of
 * own ephemeral keys is guarded by this object's.
 */
final class States {
    private static final String SWEPT = "anole-swept";

    private final Topics topics;
    private final Wire wire;
    private final Outbox outbox;
    private final Filters filters;
    private final Directory directory;
    private final Calls.Guard guard;
    private final Directory.Sender sender;
    private final Map<Name, Own> own = new HashMap<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final Map<Long, Watch> probes = new HashMap<>();
    private final Set<CompletableFuture<?>> reads = new HashSet<>();
    private long lastProbe;

    States(Topics topics, Wire wire, Outbox outbox, Filters filters, Directory directory, Directory.Sender sender,
            Calls.Guard guard) {
        this.topics = topics;
        this.wire = wire;
        this.outbox = outbox;
        this.filters = filters;
        this.directory = directory;
        this.sender = sender;
        this.guard = guard;
    }

    // Writing

    /** An ephemeral key of this client: put again after a reconnection, removed when the link closes. */
    private final class Own {
        final Name key;
        final Filters.Entry echo;
        Value value;
        int underWay;

        Own(Name key) {
            this.key = key;
            this.echo = filters.open(topics.state(key), 1, Filters.Retained.NONE, arrival -> {
                echoed(this, arrival);
                return null;
            });
        }
    }

    CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        boolean ephemeral = value.isPresent() && lifetime == Lifetime.EPHEMERAL;
        Wire.Encoded body;
        try {
            body = value.isPresent() ? wire.encodeState(value.get().body()) : Wire.NOTHING;
            guard.checkSize(key.toString(), body);
        } catch (BusException e) {
            return CompletableFuture.failedFuture(e);
        }
        Own mine = null;
        Own former = null;
        synchronized (own) {
            if (ephemeral) {
                mine = own.computeIfAbsent(key, Own::new);
                mine.value = value.get();
                mine.underWay++;
            } else {
                former = own.remove(key);
            }
        }
        if (former != null) {
            former.echo.close();
        }
        CompletableFuture<Integer> sent = outbox.send(item(key, body, value, ephemeral, null, Outbox.Lane.KEPT));
        Own counted = mine;
        return sent.handle((code, e) -> {
            if (counted != null) {
                synchronized (own) {
                    counted.underWay--;
                }
            }
            if (e != null) {
                throw e instanceof RuntimeException known ? known : new BusException.LinkLost(Session.reason(e));
            }
            return null;
        });
    }

    private Outbox.Item item(Name key, Wire.Encoded body, Optional<Value> value, boolean ephemeral, String swept,
            Outbox.Lane lane) {
        return outbox.new Item(topics.state(key), lane, Message.NEVER) {
            @Override
            MqttMessage packet() {
                MqttProperties properties = value.isEmpty() ? new MqttProperties()
                        : Wire.properties(value.get(), body.contentType(), ephemeral ? topics.me() : null);
                return body.packet(1, true, swept == null ? properties : Wire.with(properties, SWEPT, swept));
            }
        };
    }

    /** Another client overwrote or removed a key of ours: it is ours no more. */
    private void echoed(Own mine, Arrival arrival) {
        boolean swept = topics.me().equals(Wire.property(arrival.properties(), SWEPT));
        boolean ours = topics.me().equals(Wire.property(arrival.properties(), Wire.OWNER));
        Value again = null;
        synchronized (own) {
            if (ours || own.get(mine.key) != mine || mine.underWay > 0) {
                return;
            }
            if (swept) {
                again = mine.value; // taken for dead, and cleaned up after, while we were coming back
            } else {
                own.remove(mine.key);
            }
        }
        if (again == null) {
            guard.later(mine.echo::close);
        } else {
            put(mine.key, Optional.of(again), Lifetime.EPHEMERAL);
        }
    }

    /** After a reconnection. */
    CompletableFuture<Void> restore() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        synchronized (own) {
            own.values().stream().filter(mine -> mine.underWay == 0).forEach(mine -> all.add(outbox.send(item(mine.key,
                    wire.encodeState(mine.value.body()), Optional.of(mine.value), true, null, Outbox.Lane.CONTROL))));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    List<CompletableFuture<Integer>> removeAll() {
        synchronized (own) {
            return own.keySet().stream().map(key -> outbox.send(
                    item(key, Wire.NOTHING, Optional.empty(), false, null, Outbox.Lane.CONTROL))).toList();
        }
    }

    // Reading

    /** A value as it was told. */
    private record Held(byte[] payload, Value value, String owner) {
        boolean same(Held other) {
            return other != null && Arrays.equals(payload, other.payload) && value.type().equals(other.value.type())
                    && value.source().equals(other.value.source());
        }
    }

    private final class Watch {
        final Pattern pattern;
        final StateListener listener;
        final Filters.Entry entry;
        private final Map<Name, Held> all = new HashMap<>();
        private final Map<Name, Held> told = new HashMap<>();
        private Set<Name> seen = new HashSet<>();
        /** Keys that changed since this subscribed. */
        private final Set<Name> changed = new HashSet<>();
        private boolean probing;
        private boolean closed;

        Watch(Pattern pattern, StateListener listener) {
            this.pattern = pattern;
            this.listener = listener;
            watches.add(this);
            this.entry = filters.open(topics.stateFilter(pattern), 1, Filters.Retained.ALWAYS, arrival -> {
                arrived(arrival);
                return null;
            });
        }

        /** A new connection: what is not told again until the probe returns is gone. */
        synchronized void resync() {
            seen = new HashSet<>();
            changed.clear();
            probing = false;
        }

        /** Asks for the end of the snapshot. */
        void probe() {
            long number;
            synchronized (this) {
                if (probing || closed) {
                    return;
                }
                probing = true;
            }
            synchronized (probes) {
                number = ++lastProbe;
                probes.put(number, this);
            }
            sender.control(topics.stateProbe(pattern, number), Wire.PROBE, false).whenComplete((code, e) -> {
                if (e != null) {
                    forget(number, this);
                }
            });
        }

        private void arrived(Arrival arrival) {
            if (Topics.isProbe(arrival.topic())) {
                // A wider filter sees it too, maybe earlier; only on this watch's own does it come after the snapshot.
                if (forget(topics.probeNumber(arrival.topic()), this)) {
                    complete();
                }
                return;
            }
            Name key = topics.stateKey(arrival.topic());
            if (key == null || !pattern.matches(key)) {
                return;
            }
            if (overtaken(key, arrival)) {
                return;
            }
            if (arrival.payload().length == 0) {
                removed(key);
                return;
            }
            try {
                Value value = wire.value(arrival.payload(), arrival.properties());
                put(key, new Held(arrival.payload(), value, Wire.property(arrival.properties(), Wire.OWNER)));
            } catch (BusException.BadShape e) {
                if (arrival.firstToComplain()) {
                    guard.malformed(arrival.topic(), e.getMessage());
                }
            }
        }

        /** Where the broker repeats messages it also sends a kept one late, after a change that replaced it. */
        private synchronized boolean overtaken(Name key, Arrival arrival) {
            if (arrival.retained()) {
                boolean late = filters.repeats() && changed.contains(key);
                if (late) {
                    seen.add(key);
                }
                return late;
            }
            changed.add(key);
            return false;
        }

        private synchronized void put(Name key, Held held) {
            seen.add(key);
            all.put(key, held);
            show(key, held);
        }

        private void show(Name key, Held held) {
            if (held.owner() != null && !directory.alive(held.owner())) {
                hide(key);
            } else if (!held.same(told.put(key, held)) && !closed) {
                listener.put(key, held.value());
            }
        }

        private void hide(Name key) {
            if (told.remove(key) != null && !closed) {
                listener.removed(key);
            }
        }

        private synchronized void removed(Name key) {
            all.remove(key);
            hide(key);
        }

        private synchronized void complete() {
            if (closed || !probing) {
                return;
            }
            probing = false;
            for (Name key : List.copyOf(all.keySet())) {
                if (!seen.contains(key)) {
                    removed(key);
                }
            }
            listener.synced();
        }

        synchronized void ownerChanged(String client) {
            all.forEach((key, held) -> {
                if (client.equals(held.owner())) {
                    show(key, held);
                }
            });
        }

        synchronized List<Name> orphans() {
            return all.entrySet().stream()
                    .filter(e -> e.getValue().owner() != null && !directory.alive(e.getValue().owner()))
                    .map(Map.Entry::getKey).toList();
        }

        synchronized String owner(Name key) {
            Held held = all.get(key);
            return held == null ? "" : held.owner();
        }

        void close() {
            watches.remove(this);
            entry.close();
            synchronized (this) {
                closed = true;
            }
        }
    }

    private boolean forget(long number, Watch whose) {
        synchronized (probes) {
            return probes.remove(number, whose);
        }
    }

    private Watch open(Pattern pattern, StateListener listener) {
        Watch watch = new Watch(pattern, listener);
        watch.entry.ready.thenRun(() -> {
            if (guard.up()) {
                watch.probe();
            }
        });
        return watch;
    }

    Registration watch(Pattern pattern, StateListener listener) {
        Watch watch = open(pattern, listener);
        return new Handle(watch.entry.ready, watch::close);
    }

    CompletionStage<Optional<Value>> get(Name key) {
        if (!guard.up()) {
            return CompletableFuture.failedFuture(new BusException.LinkLost("not connected to the broker"));
        }
        Read read = new Read();
        Watch watch = open(Pattern.of(key), read);
        synchronized (reads) {
            reads.add(read.result);
        }
        watch.entry.ready.exceptionally(e -> {
            read.result.completeExceptionally(e);
            return null;
        });
        read.result.whenComplete((value, e) -> {
            synchronized (reads) {
                reads.remove(read.result);
            }
            // Later: the probe that ended it is to be acknowledged before its filter goes.
            guard.later(watch::close);
        });
        return read.result;
    }

    /** A watch that ends with its snapshot. */
    private static final class Read implements StateListener {
        final CompletableFuture<Optional<Value>> result = new CompletableFuture<>();
        private Optional<Value> value = Optional.empty();

        @Override
        public void put(Name key, Value now) {
            value = Optional.of(now);
        }

        @Override
        public void removed(Name key) {
            value = Optional.empty();
        }

        @Override
        public void synced() {
            result.complete(value);
        }
    }

    // The connection

    void resync() {
        synchronized (probes) {
            probes.clear();
        }
        watches.forEach(Watch::resync);
    }

    /** Registrations are back and the directory is known: snapshots can end. */
    void probeAll() {
        watches.forEach(Watch::probe);
    }

    void failReads(RuntimeException why) {
        List<CompletableFuture<?>> failing;
        synchronized (reads) {
            failing = List.copyOf(reads);
        }
        failing.forEach(read -> read.completeExceptionally(why));
    }

    void ownerChanged(String client) {
        watches.forEach(watch -> watch.ownerChanged(client));
    }

    /** Removes from the broker what belongs to clients that are no more. */
    void sweep() {
        CompletableFuture<Void> synced = new CompletableFuture<>();
        Watch watch = open(Pattern.of("/**"), new StateListener() {
            @Override
            public void put(Name key, Value value) {
                // Only the orphans matter, and they are never told.
            }

            @Override
            public void removed(Name key) {
                // As above.
            }

            @Override
            public void synced() {
                synced.complete(null);
            }
        });
        synchronized (reads) {
            reads.add(synced);
        }
        synced.thenCompose(done -> directory.barrier()).whenComplete((done, e) -> {
            synchronized (reads) {
                reads.remove(synced);
            }
            if (e == null) {
                watch.orphans().forEach(key -> outbox.send(
                        item(key, Wire.NOTHING, Optional.empty(), false, watch.owner(key), Outbox.Lane.CONTROL)));
                directory.orphans().forEach(topic -> sender.control(topic, Wire.NOTHING, true));
            }
            guard.later(watch::close);
        });
    }
}
