package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Who is there, and who serves what: one filter, {@code @link/#}, over retained messages. {@code @link/<client>} is the
 * presence of a client, removed by its last will; {@code @link/<client>/serves/<service>} is its claim to serve. A claim is
 * first asked for, then held.
 *
 * <p>Ordered delivery on one filter gives a barrier: a probe published there comes back after all that the broker had taken
 * before. Of two that ask at once at least one therefore sees the other when its barrier returns. Who sees a claim that is
 * held, or one asked for by a client whose identifier comes first, gives way; who sees only later ones waits until they have
 * given way, or hold. So exactly one gets it, and none needs the same order of messages as another.
 * Changes come on Paho's callback thread; tables are guarded by the monitor, and listeners are called outside it.
 */
final class Directory {
    private static final long OVERLAP_MILLIS = 300;

    private final Topics topics;
    private final String party;
    private final Wire wire;
    private final Sender sender;
    private final Listener listener;

    private final Map<String, String> alive = new HashMap<>();
    private final Map<Name, LinkedHashMap<String, Boolean>> claims = new HashMap<>();
    /** Those that wait for rivals to give way. */
    private final Map<Name, List<CompletableFuture<Void>>> waiting = new HashMap<>();
    private final Map<Long, CompletableFuture<Void>> probes = new HashMap<>();
    private Set<String> seen = new HashSet<>();
    private CompletableFuture<Boolean> overlap = new CompletableFuture<>();
    private int copies;
    private long lastProbe;

    /** Publishes what is the provider's own, at QoS 1; fails with the connection. */
    interface Sender {
        CompletableFuture<Integer> control(String topic, Wire.Encoded body, boolean retain);
    }

    /** Hears of changes, on Paho's callback thread. */
    interface Listener {
        void came(String client);

        void gone(String client);

        void claimsChanged(Name service);

        /** Whether the broker sends a copy per filter and names all filters on each. */
        void repeats(boolean now);

        /** A publication here that can't be read. */
        void malformed(String topic, String why);
    }

    Directory(Topics topics, String party, Wire wire, Sender sender, Listener listener) {
        this.topics = topics;
        this.party = party;
        this.wire = wire;
        this.sender = sender;
        this.listener = listener;
    }

    /** Publishes this client's presence. */
    CompletableFuture<Integer> appear() {
        return sender.control(topics.link(topics.me()), wire.encode(Map.of("party", party)), true);
    }

    CompletableFuture<Integer> disappear() {
        return sender.control(topics.link(topics.me()), Wire.NOTHING, true);
    }

    synchronized boolean alive(String client) {
        return client.equals(topics.me()) || alive.containsKey(client);
    }

    /** Whether this client comes first among those that are there; it then cleans up after the dead. */
    synchronized boolean first() {
        return alive.keySet().stream().allMatch(client -> topics.me().compareTo(client) <= 0);
    }

    /** Who serves, or null. */
    synchronized String server(Name service) {
        String last = null;
        for (Map.Entry<String, Boolean> claim : claims.getOrDefault(service, new LinkedHashMap<>()).entrySet()) {
            // Of one party's two, during a swap, the later is the new one.
            if (claim.getValue() && alive(claim.getKey())) {
                last = claim.getKey();
            }
        }
        return last;
    }

    /** How a claim to a service stands. */
    private enum Standing {
        /** Nobody else claims it. */
        FREE,
        /** Others ask for it that will give way. */
        WAIT,
        /** It is another's. */
        TAKEN
    }

    private record Rival(Standing standing, String client) {
        static final Rival NONE = new Rival(Standing.FREE, null);
    }

    /** Who else claims the service. Its own party is no rival: during a swap the new link takes over. */
    private synchronized Rival rival(Name service) {
        Rival worst = Rival.NONE;
        for (Map.Entry<String, Boolean> claim : claims.getOrDefault(service, new LinkedHashMap<>()).entrySet()) {
            String client = claim.getKey();
            if (client.equals(topics.me()) || !alive.containsKey(client) || party.equals(alive.get(client))) {
                continue;
            }
            if (claim.getValue() || client.compareTo(topics.me()) < 0) {
                return new Rival(Standing.TAKEN, client);
            }
            worst = new Rival(Standing.WAIT, client);
        }
        return worst;
    }

    /** Done when all that was published here before has arrived. */
    CompletableFuture<Void> barrier() {
        CompletableFuture<Void> back = new CompletableFuture<>();
        long number;
        synchronized (this) {
            number = ++lastProbe;
            probes.put(number, back);
        }
        sender.control(topics.linkProbe(number), Wire.PROBE, false).whenComplete((code, e) -> {
            if (e != null) {
                synchronized (this) {
                    probes.remove(number);
                }
                back.completeExceptionally(e);
            }
        });
        return back;
    }

    /**
     * Finds out how the broker treats overlapping filters, with {@code @link/#}, a filter for one topic below it, and one
     * message there. Done at once if each copy names one filter, else when a second copy came, or none within a time.
     */
    CompletableFuture<Void> tryOverlap() {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        synchronized (this) {
            overlap = result;
            copies = 0;
        }
        return sender.control(topics.linkProbe(0), Wire.PROBE, false).thenCompose(sent -> result).thenAccept(listener::repeats);
    }

    /** The message of {@link #tryOverlap}, on the narrower filter. */
    CompletionStage<Void> overlapped(Arrival arrival) {
        CompletableFuture<Boolean> result;
        boolean second;
        synchronized (this) {
            result = overlap;
            second = ++copies > 1;
        }
        if (second || arrival.identifiers().size() == 1) {
            result.complete(second);
        } else {
            result.completeOnTimeout(false, OVERLAP_MILLIS, TimeUnit.MILLISECONDS);
        }
        return null;
    }

    /** Claims a service: done when it is held; fails with Conflict if somebody else serves it. */
    CompletableFuture<Void> claim(Name service) {
        return barrier().thenCompose(done -> {
            Rival rival = rival(service);
            if (rival.standing() == Standing.TAKEN) {
                return CompletableFuture.failedFuture(conflict(service, rival));
            }
            return publish(service, false).thenCompose(sent -> barrier()).thenCompose(back -> decide(service));
        });
    }

    private CompletableFuture<Void> decide(Name service) {
        CompletableFuture<Void> change;
        Rival rival;
        synchronized (this) {
            rival = rival(service);
            change = rival.standing() == Standing.WAIT ? new CompletableFuture<>() : null;
            if (change != null) {
                waiting.computeIfAbsent(service, any -> new ArrayList<>()).add(change);
            }
        }
        return switch (rival.standing()) {
            case FREE -> publish(service, true).thenCompose(sent -> barrier());
            case TAKEN -> release(service).thenCompose(sent -> CompletableFuture.failedFuture(conflict(service, rival)));
            case WAIT -> change.thenCompose(changed -> decide(service));
        };
    }

    private CompletableFuture<Integer> publish(Name service, boolean held) {
        return sender.control(topics.claim(topics.me(), service), wire.encode(Map.of("held", held)), true);
    }

    private static BusException.Conflict conflict(Name service, Rival rival) {
        return new BusException.Conflict("'" + service + "' is served by client " + rival.client());
    }

    /** Gives a claim back. */
    CompletableFuture<Integer> release(Name service) {
        return sender.control(topics.claim(topics.me(), service), Wire.NOTHING, true);
    }

    /**
     * The services that this client claims, as the broker has it, and that it must give up: somebody took them while it was
     * taken for dead.
     */
    synchronized List<Name> overtaken() {
        return own().stream().filter(service -> rival(service).standing() == Standing.TAKEN).toList();
    }

    /** The services that this client claims, as the broker has it. */
    synchronized List<Name> own() {
        return claims.entrySet().stream().filter(e -> e.getValue().containsKey(topics.me())).map(Map.Entry::getKey)
                .toList();
    }

    /** Topics of claims whose client is no more. */
    synchronized List<String> orphans() {
        List<String> found = new ArrayList<>();
        claims.forEach((service, by) -> by.keySet().stream().filter(client -> !alive(client))
                .forEach(client -> found.add(topics.claim(client, service))));
        return found;
    }

    /** A new connection: what is not told again until {@link #resynced} is gone. */
    synchronized void resync() {
        seen = new HashSet<>();
    }

    void resynced() {
        List<String> gone = new ArrayList<>();
        Set<Name> changed = new HashSet<>();
        synchronized (this) {
            for (String client : List.copyOf(alive.keySet())) {
                if (!seen.contains(topics.link(client))) {
                    alive.remove(client);
                    gone.add(client);
                }
            }
            claims.forEach((service, by) -> {
                if (by.keySet().removeIf(client -> !seen.contains(topics.claim(client, service)))) {
                    changed.add(service);
                }
            });
            claims.values().removeIf(Map::isEmpty);
        }
        gone.forEach(this::gone);
        changed.forEach(this::changed);
    }

    /** The connection is gone. */
    void lost(String reason) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        synchronized (this) {
            all.addAll(probes.values());
            all.add(overlap);
            waiting.values().forEach(all::addAll);
            probes.clear();
            waiting.clear();
        }
        all.forEach(future -> future.completeExceptionally(new BusException.LinkLost(reason)));
    }

    CompletionStage<Void> arrived(Arrival arrival) {
        String topic = arrival.topic();
        if (Topics.isProbe(topic)) {
            long number = topics.probeNumber(topic);
            CompletableFuture<Void> probe;
            synchronized (this) {
                probe = probes.remove(number);
            }
            if (probe != null) {
                probe.complete(null);
            }
            return null;
        }
        String client = topics.linkClient(topic);
        if (topic.equals(topics.link(client))) {
            presence(client, arrival);
            return null;
        }
        Name service = topics.claimed(client, topic);
        if (service != null) {
            claim(client, service, arrival);
        }
        return null;
    }

    private void presence(String client, Arrival arrival) {
        boolean came = false;
        boolean gone = false;
        synchronized (this) {
            if (arrival.payload().length == 0) {
                gone = alive.remove(client) != null;
            } else {
                Object of = read(arrival, "party");
                seen.add(arrival.topic());
                came = alive.put(client, String.valueOf(of)) == null;
            }
        }
        if (came) {
            listener.came(client);
        } else if (gone) {
            gone(client);
        }
    }

    private void claim(String client, Name service, Arrival arrival) {
        synchronized (this) {
            LinkedHashMap<String, Boolean> by = claims.computeIfAbsent(service, any -> new LinkedHashMap<>());
            if (arrival.payload().length == 0) {
                by.remove(client);
                if (by.isEmpty()) {
                    claims.remove(service);
                }
            } else {
                seen.add(arrival.topic());
                by.put(client, Boolean.TRUE.equals(read(arrival, "held")));
            }
        }
        changed(service);
    }

    private void changed(Name service) {
        List<CompletableFuture<Void>> again;
        synchronized (this) {
            again = waiting.remove(service);
        }
        if (again != null) {
            again.forEach(one -> one.complete(null));
        }
        listener.claimsChanged(service);
    }

    /** A client is gone, and with it whatever it asked for. */
    private void gone(String client) {
        List<Name> freed;
        synchronized (this) {
            freed = waiting.keySet().stream().filter(service -> claims.getOrDefault(service, new LinkedHashMap<>())
                    .containsKey(client)).toList();
        }
        freed.forEach(this::changed);
        listener.gone(client);
    }

    private Object read(Arrival arrival, String field) {
        try {
            Object tree = wire.decode(arrival.payload(), arrival.properties().getContentType());
            return tree instanceof Map<?, ?> map ? map.get(field) : null;
        } catch (BusException.BadShape e) {
            listener.malformed(arrival.topic(), e.getMessage());
            return null;
        }
    }
}
