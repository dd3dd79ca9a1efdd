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

/**
 * Who is there, and who serves what: one filter, {@code @link/#}, over retained messages. {@code @link/<client>} is the
 * presence of a client, removed by its last will; {@code @link/<client>/serves/<service>} is its claim to serve. A claim is
 * first asked for, and held once the asking has come back with no living rival before it; all clients see them in the
 * broker's order and so agree.
 *
 * <p>Ordered delivery on one filter also gives a barrier: a probe published there comes back after all that was there before.
 * Changes come on Paho's callback thread; tables are guarded by the monitor, and listeners are called outside it.
 */
final class Directory {
    private final Topics topics;
    private final String party;
    private final Wire wire;
    private final Sender sender;
    private final Listener listener;

    private final Map<String, String> alive = new HashMap<>();
    private final Map<Name, LinkedHashMap<String, Boolean>> claims = new HashMap<>();
    private final Map<Name, CompletableFuture<Boolean>> asked = new HashMap<>();
    private final Map<Name, CompletableFuture<Void>> holding = new HashMap<>();
    private final Map<Long, CompletableFuture<Void>> probes = new HashMap<>();
    private Set<String> seen = new HashSet<>();
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

    /** Who else claims the service, if this client must give way to it; or null. Its own party is no rival. */
    private String rival(Name service) {
        for (Map.Entry<String, Boolean> claim : claims.getOrDefault(service, new LinkedHashMap<>()).entrySet()) {
            String client = claim.getKey();
            if (client.equals(topics.me())) {
                // Those that asked later give way, but a claim that is held stands wherever it is found.
                continue;
            }
            if (alive.containsKey(client) && !party.equals(alive.get(client))
                    && (claim.getValue() || precedes(service, client))) {
                return client;
            }
        }
        return null;
    }

    private boolean precedes(Name service, String client) {
        for (String each : claims.get(service).keySet()) {
            if (each.equals(client)) {
                return true;
            }
            if (each.equals(topics.me())) {
                return false;
            }
        }
        return false;
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

    /** Claims a service: done when it is held; fails with Conflict if somebody else serves it. */
    CompletableFuture<Void> claim(Name service) {
        return barrier().thenCompose(done -> {
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            String rival;
            synchronized (this) {
                rival = rival(service);
                asked.put(service, answer);
            }
            if (rival != null) {
                return CompletableFuture.failedFuture(conflict(service, rival));
            }
            return sender.control(topics.claim(topics.me(), service), wire.encode(Map.of("held", false)), true)
                    .thenCompose(sent -> answer).thenCompose(won -> won ? hold(service) : give(service));
        });
    }

    private CompletableFuture<Void> hold(Name service) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        synchronized (this) {
            holding.put(service, held);
        }
        return sender.control(topics.claim(topics.me(), service), wire.encode(Map.of("held", true)), true)
                .thenCompose(sent -> held);
    }

    private CompletableFuture<Void> give(Name service) {
        String rival;
        synchronized (this) {
            rival = rival(service);
        }
        return release(service).thenCompose(sent -> CompletableFuture.failedFuture(conflict(service, rival)));
    }

    private static BusException.Conflict conflict(Name service, String rival) {
        return new BusException.Conflict("'" + service + "' is served by client " + (rival == null ? "another" : rival));
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
        return own().stream().filter(service -> rival(service) != null).toList();
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
        gone.forEach(listener::gone);
        changed.forEach(listener::claimsChanged);
    }

    /** The connection is gone. */
    void lost(String reason) {
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        synchronized (this) {
            waiting.addAll(probes.values());
            waiting.addAll(asked.values());
            waiting.addAll(holding.values());
            probes.clear();
            asked.clear();
            holding.clear();
        }
        waiting.forEach(future -> future.completeExceptionally(new BusException.LinkLost(reason)));
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
            listener.gone(client);
        }
    }

    private void claim(String client, Name service, Arrival arrival) {
        boolean mine = client.equals(topics.me());
        CompletableFuture<Boolean> answer = null;
        CompletableFuture<Void> held = null;
        boolean won = false;
        synchronized (this) {
            LinkedHashMap<String, Boolean> by = claims.computeIfAbsent(service, any -> new LinkedHashMap<>());
            if (arrival.payload().length == 0) {
                by.remove(client);
                if (by.isEmpty()) {
                    claims.remove(service);
                }
            } else {
                boolean holds = Boolean.TRUE.equals(read(arrival, "held"));
                seen.add(arrival.topic());
                by.put(client, holds);
                if (mine && holds) {
                    held = holding.remove(service);
                } else if (mine) {
                    answer = asked.remove(service);
                    won = rival(service) == null;
                }
            }
        }
        if (answer != null) {
            answer.complete(won);
        }
        if (held != null) {
            held.complete(null);
        }
        listener.claimsChanged(service);
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
