package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The subscriptions of a link at the broker: one per filter, however many entries share it, each with an identifier by which
 * the broker says why a message came, so that overlapping filters deliver nothing twice. Declarative: {@link #restore} makes
 * a new connection hold the same ones.
 *
 * <p>A filter is subscribed to again, with a new identifier, when an entry joins that wants the retained messages; those then
 * go to that entry alone. Tables are guarded by this object's monitor, never held while an entry runs; messages come on
 * Paho's one callback thread.
 */
final class Filters {
    private static final int REMEMBERED = 1024;

    private final ConcurrentHashMap<Integer, Subscribed> byId = new ConcurrentHashMap<>();
    private final Map<String, Filter> byFilter = new HashMap<>();
    /** Copies still expected of messages that came by several filters, where the broker repeats them. On Paho's thread. */
    private final Map<Copy, Integer> copies = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Copy, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    private volatile boolean repeats;
    private Session session;
    /** Not from 1: what a former life with the same client identifier subscribed to must not look like ours. */
    private int lastId = ThreadLocalRandom.current().nextInt(1 << 27);

    /** A message among several filters, for a broker that sends one copy for each and names all of them on every copy. */
    private record Copy(String topic, int payload, List<Integer> ids) {
    }

    /** Takes what arrives; never blocks. Null, or a stage that is done when there is room for it. */
    interface Inbound {
        CompletionStage<Void> arrived(Arrival arrival);
    }

    /** Which retained messages an entry wants. */
    enum Retained {
        /** None. */
        NONE,
        /** Those there are when it joins, and again when the broker has lost the session. */
        ONCE,
        /** Those there are when it joins, and after each reconnection. */
        ALWAYS
    }

    /** One identifier: the filter, and the entries that asked for the retained messages under it. */
    private record Subscribed(Filter filter, Set<Entry> fresh) {
    }

    private static final class Filter {
        final String text;
        final List<Entry> entries = new CopyOnWriteArrayList<>();
        final List<Integer> ids = new ArrayList<>();
        int qos;
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();

        Filter(String text) {
            this.text = text;
        }
    }

    /** One registration's part in a filter. */
    final class Entry {
        final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final ReentrantLock running = new ReentrantLock();
        private final Filter filter;
        private final int qos;
        private final Retained retained;
        private final Inbound inbound;
        private volatile boolean closed;

        private Entry(Filter filter, int qos, Retained retained, Inbound inbound) {
            this.filter = filter;
            this.qos = qos;
            this.retained = retained;
            this.inbound = inbound;
        }

        private CompletionStage<Void> deliver(Arrival arrival) {
            running.lock();
            try {
                return closed ? null : inbound.arrived(arrival);
            } finally {
                running.unlock();
            }
        }

        /** Ends it; what runs on another thread has returned when this does. */
        void close() {
            closed = true;
            remove(this);
            try {
                // Bounded, in case a handler waits for a lock of who closes it; the flag holds in any case.
                if (running.tryLock(2, TimeUnit.SECONDS)) {
                    running.unlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Adds an entry; its {@code ready} is done when the broker has acknowledged, now or after a reconnection. */
    synchronized Entry open(String filterText, int qos, Retained retained, Inbound inbound) {
        Filter filter = byFilter.computeIfAbsent(filterText, Filter::new);
        Entry entry = new Entry(filter, qos, retained, inbound);
        boolean enough = !filter.entries.isEmpty() && qos <= filter.qos && retained == Retained.NONE;
        filter.entries.add(entry);
        if (!enough) {
            filter.qos = Math.max(filter.qos, qos);
            newId(filter, retained == Retained.NONE ? Set.of() : Set.of(entry));
            CompletableFuture<Void> former = filter.acknowledged;
            filter.acknowledged = new CompletableFuture<>();
            // Whoever still waits for the former subscription is served by this one too.
            filter.acknowledged.thenAccept(former::complete);
            if (session != null) {
                subscribe(filter, retained == Retained.NONE ? 2 : 0);
            }
        }
        tell(filter.acknowledged, entry);
        return entry;
    }

    private static void tell(CompletableFuture<Void> acknowledged, Entry entry) {
        acknowledged.whenComplete((done, e) -> {
            if (e == null) {
                entry.ready.complete(null);
            } else {
                entry.ready.completeExceptionally(e);
            }
        });
    }

    private void newId(Filter filter, Set<Entry> fresh) {
        lastId++;
        filter.ids.add(lastId);
        byId.put(lastId, new Subscribed(filter, fresh));
        if (filter.ids.size() > 8) {
            byId.remove(filter.ids.remove(0)); // long acknowledged; nothing comes under it any more
        }
    }

    /** Under the monitor. A refusal by the broker fails those who wait; a lost connection leaves them waiting. */
    private CompletableFuture<Void> subscribe(Filter filter, int retainHandling) {
        CompletableFuture<Void> waiting = filter.acknowledged;
        CompletableFuture<Void> sent = session.subscribe(filter.text, filter.qos, retainHandling,
                filter.ids.get(filter.ids.size() - 1));
        sent.whenComplete((done, e) -> {
            if (e == null) {
                waiting.complete(null);
            } else if (e instanceof Session.Refused) {
                waiting.completeExceptionally(new BusException.Rejected(e.getMessage()));
            }
        });
        return sent;
    }

    private synchronized void remove(Entry entry) {
        Filter filter = entry.filter;
        if (!filter.entries.remove(entry) || !filter.entries.isEmpty()) {
            return;
        }
        byFilter.remove(filter.text);
        filter.ids.forEach(byId::remove);
        if (session != null) {
            session.unsubscribe(filter.text);
        }
    }

    /**
     * Subscribes to everything on a new connection.
     *
     * @return done when the broker has acknowledged all, refusals included; fails if the connection does
     */
    synchronized CompletableFuture<Void> restore(Session on) {
        session = on;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Filter filter : byFilter.values()) {
            boolean always = filter.entries.stream().anyMatch(entry -> entry.retained == Retained.ALWAYS);
            boolean once = filter.entries.stream().anyMatch(entry -> entry.retained == Retained.ONCE);
            int id = filter.ids.get(filter.ids.size() - 1);
            Set<Entry> fresh = Set.copyOf(filter.entries.stream().filter(e -> e.retained != Retained.NONE).toList());
            byId.put(id, new Subscribed(filter, fresh));
            CompletableFuture<Void> result = new CompletableFuture<>();
            subscribe(filter, always ? 0 : once ? 1 : 2).whenComplete((done, e) -> {
                if (e == null || e instanceof Session.Refused) {
                    result.complete(null);
                } else {
                    result.completeExceptionally(e);
                }
            });
            all.add(result);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    synchronized void detach() {
        session = null;
    }

    /** Ends all entries; what runs on another thread has returned when this does. */
    void close() {
        List<Entry> all = new ArrayList<>();
        synchronized (this) {
            session = null;
            byFilter.values().forEach(filter -> all.addAll(filter.entries));
        }
        all.forEach(Entry::close);
    }

    /** Whether the broker sends one copy per filter and names all filters on each (Artemis does). */
    void repeats(boolean now) {
        repeats = now;
    }

    boolean repeats() {
        return repeats;
    }

    /** Hands a message to whom it is for. Null, or done when all have room for it. */
    CompletionStage<Void> dispatch(Arrival arrival) {
        List<Integer> ids = arrival.identifiers();
        if (ids.isEmpty() || repeats && arrival.retained()) {
            // None, or just after a subscription those of others: then the topic tells.
            ids = matching(arrival.topic());
        }
        if (ids.size() == 1) {
            return dispatch(byId.get(ids.get(0)), arrival);
        }
        if (repeats && !arrival.retained() && arrival.foreign()) {
            // One of several copies; nothing in them tells them apart, so each goes to another of its filters.
            List<Integer> live = ids.stream().filter(byId::containsKey).sorted().toList();
            return live.isEmpty() ? null : dispatch(byId.get(live.get(turn(arrival, live))), arrival);
        }
        CompletionStage<Void> all = null;
        for (Integer id : ids) {
            all = both(all, dispatch(byId.get(id), arrival));
        }
        return all;
    }

    private synchronized List<Integer> matching(String topic) {
        return byFilter.values().stream().filter(filter -> matches(filter.text, topic))
                .map(filter -> filter.ids.get(0)).toList();
    }

    /** Whether a filter takes a topic. */
    static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] given = topic.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i >= given.length || !wanted[i].equals("+") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    private int turn(Arrival arrival, List<Integer> live) {
        Copy copy = new Copy(arrival.topic(), Arrays.hashCode(arrival.payload()), live);
        int turn = copies.getOrDefault(copy, 0);
        if (turn + 1 == live.size()) {
            copies.remove(copy);
        } else {
            copies.put(copy, turn + 1);
        }
        return turn;
    }

    private CompletionStage<Void> dispatch(Subscribed subscribed, Arrival arrival) {
        if (subscribed == null) {
            return null; // unsubscribed meanwhile
        }
        CompletionStage<Void> all = null;
        for (Entry entry : arrival.retained() ? fresh(subscribed) : subscribed.filter().entries) {
            all = both(all, entry.deliver(arrival));
        }
        return all;
    }

    /** Who asked for retained messages under this identifier, or later: some brokers keep the first identifier. */
    private Set<Entry> fresh(Subscribed subscribed) {
        Set<Entry> all = new LinkedHashSet<>(subscribed.fresh());
        synchronized (this) {
            List<Integer> ids = subscribed.filter().ids;
            for (int i = ids.size() - 1; i >= 0 && byId.get(ids.get(i)) != subscribed; i--) {
                Subscribed later = byId.get(ids.get(i));
                all.addAll(later == null ? Set.of() : later.fresh());
            }
        }
        return all;
    }

    private static CompletionStage<Void> both(CompletionStage<Void> one, CompletionStage<Void> other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.thenCombine(other, (a, b) -> null);
    }
}
