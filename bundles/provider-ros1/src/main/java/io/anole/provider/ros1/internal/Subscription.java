package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.provider.MessageHandler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** One topic that this node hears, for all handlers; a connection to each publisher that the master names. On the event loop. */
final class Subscription {
    private final Node node;
    private final Name name;
    private final String topic;
    /** Who hears here; guarded by the node's map. */
    int hearers;
    private final List<Hearer> all = new CopyOnWriteArrayList<>();
    private final Map<String, Incoming> publishers = new LinkedHashMap<>();
    private boolean registered;
    /** The registration that was asked for last; answers to those before it tell nothing. */
    private int asked;
    /** The master has told of publishers since then. */
    private boolean told;
    private boolean over;

    Subscription(Node node, Name name, String topic) {
        this.node = node;
        this.name = name;
        this.topic = topic;
    }

    /** One handler. Its {@code waiting} are the publishers it must have heard of before it is ready. */
    private static final class Hearer {
        private final MessageHandler handler;
        private final boolean wantsKept;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final Set<Incoming> waiting = new HashSet<>();
        private final AtomicBoolean closing = new AtomicBoolean();
        private volatile boolean closed;

        Hearer(MessageHandler handler, boolean wantsKept) {
            this.handler = handler;
            this.wantsKept = wantsKept;
        }
    }

    Name name() {
        return name;
    }

    String topic() {
        return topic;
    }

    Map<String, Incoming> publishers() {
        return publishers;
    }

    /** What its publishers say; {@code *} while there is none. */
    String type() {
        return publishers.values().stream().flatMap(one -> one.type().stream()).findFirst().orElse("*");
    }

    boolean registered() {
        return registered;
    }

    Registration add(MessageHandler handler, Qos qos) {
        Hearer hearer = new Hearer(handler, qos.durability() == Qos.Durability.TRANSIENT_LOCAL);
        node.run(() -> {
            if (hearer.closed || over) {
                return;
            }
            all.add(hearer);
            if (registered) {
                if (hearer.wantsKept) {
                    publishers.values().forEach(one -> one.kept().ifPresent(kept -> hearer.handler.accept(kept)));
                }
                await(hearer);
            } else if (all.size() == 1) {
                register();
            }
        });
        return new Handle(hearer.ready, () -> {
            if (hearer.closing.compareAndSet(false, true)) {
                hearer.closed = true;
                node.run(() -> {
                    all.remove(hearer);
                    hearer.ready.completeExceptionally(new BusException.Closed("'" + name + "': closed"));
                });
                node.endpoints().release(this);
            }
        });
    }

    /** Nobody hears here any more. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        if (node.endpoints().subscription(topic) == null) {
            node.membership().unregister("unregisterSubscriber", topic, node.uri());
        }
        publishers.values().forEach(Incoming::close);
        publishers.clear();
    }

    /** Tells the master; also again, when the master has forgotten. */
    void register() {
        if (over || node.uri().isEmpty()) {
            return;
        }
        registered = false;
        told = false;
        int number = ++asked;
        node.master().call("registerSubscriber", topic, "*", node.uri()).whenComplete((answer, error) -> node.run(() -> {
            if (over || number != asked) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            if (told) {
                register();
                return;
            }
            registered = true;
            publishers(texts(answer));
            all.forEach(this::await);
            node.membership().registeredOne();
        }));
    }

    static List<String> texts(Object answer) {
        return answer instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }

    /**
     * The master tells who publishes. Its notices and its answers come on different connections, and which of two is the newer
     * can't be seen: where they cross, it is asked again.
     */
    void update(List<String> uris) {
        if (registered) {
            publishers(uris);
        } else {
            told = true;
        }
    }

    /** The full list of who publishes. */
    private void publishers(List<String> uris) {
        Set<String> wanted = new LinkedHashSet<>(uris);
        // What is published here is known here: what the master says of this address may be meant for another link under it.
        wanted.remove(node.uri());
        if (isPublishedHere()) {
            wanted.add(node.uri());
        }
        List.copyOf(publishers.values()).forEach(one -> {
            if (wanted.contains(one.uri())) {
                one.stay();
            } else {
                one.leave();
            }
        });
        wanted.stream().filter(uri -> !publishers.containsKey(uri)).forEach(this::connect);
    }

    private void connect(String uri) {
        Incoming one = new Incoming(node, this, uri);
        publishers.put(uri, one);
        one.connect();
    }

    boolean isPublishedHere() {
        Publication own = node.endpoints().publication(topic);
        return own != null && own.kind() != null;
    }

    /** This node publishes the topic from now on. */
    void publishedHere() {
        Incoming own = publishers.get(node.uri());
        if (own != null) {
            own.stay();
            own.connect();
        } else if (registered) {
            connect(node.uri());
        }
    }

    /** A publisher is no more, and nothing more comes from it. */
    void gone(Incoming one) {
        publishers.remove(one.uri(), one);
        one.close();
        reached(one);
    }

    private void await(Hearer hearer) {
        publishers.values().stream().filter(one -> !one.tried()).forEach(hearer.waiting::add);
        if (hearer.waiting.isEmpty()) {
            hearer.ready.complete(null);
        }
    }

    /** A publisher is connected, or could not be reached once. */
    void reached(Incoming one) {
        all.forEach(hearer -> {
            if (hearer.waiting.remove(one) && hearer.waiting.isEmpty()) {
                hearer.ready.complete(null);
            }
        });
    }

    /** Gives a message to all; null or done when they have taken it. */
    CompletionStage<Void> deliver(Message message, boolean kept) {
        List<CompletableFuture<Void>> pending = null;
        for (Hearer hearer : all) {
            if (hearer.closed || kept && !hearer.wantsKept) {
                continue;
            }
            CompletableFuture<Void> taken = hearer.handler.accept(message).toCompletableFuture();
            if (!taken.isDone()) {
                pending = pending == null ? new ArrayList<>() : pending;
                pending.add(taken);
            }
        }
        return pending == null ? null : CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new));
    }

    /** The node ends. */
    void close() {
        over = true;
        publishers.values().forEach(Incoming::close);
        publishers.clear();
        BusException.Closed why = new BusException.Closed("'" + name + "': closed");
        all.forEach(hearer -> {
            hearer.closed = true;
            hearer.ready.completeExceptionally(why);
        });
        all.clear();
    }
}
