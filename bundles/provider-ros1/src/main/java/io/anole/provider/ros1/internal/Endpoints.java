package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The topics and services that this node has, by their names in ROS: one for all outlets or handlers of a name. Entered and
 * left on any thread; what they do, and who waits for them to be empty, is the event loop's.
 */
final class Endpoints {
    private final Node node;
    private final Map<String, Publication> publications = new ConcurrentHashMap<>();
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, Served> services = new ConcurrentHashMap<>();

    /** Publications without an outlet, with the lock that the map has for their topic. */
    private final Set<Publication> ending = ConcurrentHashMap.newKeySet();

    // Owned by the event loop.
    private final List<CompletableFuture<Void>> flushing = new ArrayList<>();
    private boolean looksAgain;

    Endpoints(Node node) {
        this.node = node;
    }

    Outlet advertise(Name name, String type, Qos qos) {
        return advertise(node.settings().remap().ros(name), name, type, qos);
    }

    /** A topic that this node has as every node of ROS has it. */
    Outlet advertise(String topic, String type, Qos qos) {
        return advertise(topic, Names.name(topic), type, qos);
    }

    private Outlet advertise(String topic, Name name, String type, Qos qos) {
        // One that ends yet goes on: two would each have only a part of the subscribers.
        Publication publication = publications.compute(topic, (key, found) -> {
            Publication one = found == null || found.outlets == 0 && !found.carries(type) ? new Publication(node, name, topic) : found;
            one.outlets++;
            one.type = one.type.isEmpty() ? type : one.type;
            return one;
        });
        return publication.open(type, qos);
    }

    /** Any thread; the last outlet of a topic ends its publication when all is away. */
    void release(Publication publication) {
        publications.computeIfPresent(publication.topic(), (key, found) -> {
            if (--found.outlets == 0) {
                ending.add(found);
            }
            return found;
        });
        node.run(this::drained);
    }

    /** On the event loop: all is away; ends it unless somebody publishes there again. */
    private void endIfLeft(Publication one) {
        AtomicBoolean left = new AtomicBoolean();
        publications.compute(one.topic(), (key, found) -> {
            ending.remove(one);
            left.set(one.outlets == 0);
            return left.get() && found == one ? null : found;
        });
        if (left.get()) {
            one.end();
        }
    }

    Registration subscribe(Name name, Qos qos, MessageHandler handler) {
        String topic;
        try {
            topic = node.settings().remap().ros(name);
        } catch (BusException.Unsupported e) {
            return Handle.failed(e);
        }
        return subscribe(topic, name, qos, handler);
    }

    /** A topic that this node hears as every node of ROS does. */
    Registration subscribe(String topic, Qos qos, MessageHandler handler) {
        return subscribe(topic, Names.name(topic), qos, handler);
    }

    private Registration subscribe(String topic, Name name, Qos qos, MessageHandler handler) {
        Subscription subscription = subscriptions.compute(topic, (key, found) -> {
            Subscription one = found == null ? new Subscription(node, name, topic) : found;
            one.hearers++;
            return one;
        });
        return subscription.add(handler, qos);
    }

    /** Any thread; the last handler of a topic ends its subscription. */
    void release(Subscription subscription) {
        subscriptions.computeIfPresent(subscription.topic(), (key, found) -> {
            if (found != subscription) {
                return found;
            }
            return --found.hearers == 0 ? null : found;
        });
        if (subscriptions.get(subscription.topic()) != subscription) {
            node.run(subscription::end);
        }
    }

    Registration serve(Name name, String request, RequestHandler handler) {
        String service;
        try {
            service = node.settings().remap().ros(name);
        } catch (BusException.Unsupported e) {
            return Handle.failed(e);
        }
        return serve(new Served(node, name, service, request, handler, false));
    }

    /** A service that this node has as every node of ROS has it, and which nobody else can have. */
    Registration serve(String service, String request, RequestHandler handler) {
        return serve(new Served(node, Names.name(service), service, request, handler, true));
    }

    private Registration serve(Served served) {
        if (services.putIfAbsent(served.service(), served) != null) {
            return Handle.failed(new BusException.Conflict("service '" + served.name() + "' is served by this node already"));
        }
        node.run(() -> {
            if (!node.uri().isEmpty()) {
                served.open();
            }
        });
        return new Handle(served.ready(), () -> {
            remove(served);
            node.run(served::close);
        });
    }

    void remove(Served one) {
        services.remove(one.service(), one);
    }

    /** One with an outlet, or else one that waits yet for those whom it has something to send. */
    Publication publication(String topic) {
        return publications.get(topic);
    }

    Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    Served served(String service) {
        return services.get(service);
    }

    Collection<Publication> publications() {
        return publications.values();
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    Collection<Served> services() {
        return services.values();
    }

    /** Whether the master knows, or should know, of any of them. */
    boolean any() {
        return publications.values().stream().anyMatch(one -> one.kind() != null) || !subscriptions.isEmpty()
                || !services.isEmpty();
    }

    /** Tells the master of all, anew. */
    void register() {
        publications.values().forEach(Publication::register);
        subscriptions.values().forEach(Subscription::register);
        services.values().forEach(Served::open);
    }

    /** Whether the master has been told of all. */
    boolean registered() {
        return publications.values().stream().allMatch(Publication::registered)
                && subscriptions.values().stream().allMatch(Subscription::registered)
                && services.values().stream().allMatch(Served::registered);
    }

    /** Any thread: done when all that was published is away. */
    CompletableFuture<Void> flush() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        node.run(() -> {
            flushing.add(done);
            drained();
        });
        return done;
    }

    /** A publication may have nothing more to send. */
    void drained() {
        if (!flushing.isEmpty() && publications.values().stream().allMatch(one -> one.idle() || one.topic().equals(Rosout.TOPIC))) {
            List<CompletableFuture<Void>> all = List.copyOf(flushing);
            flushing.clear();
            all.forEach(one -> one.complete(null));
        }
        if (!ending.isEmpty()) {
            ending.stream().filter(Publication::idle).toList().forEach(this::endIfLeft);
        }
        if (!looksAgain && !(ending.isEmpty() && flushing.isEmpty())) {
            // Nothing tells of a subscriber that takes nothing, and what waits for it ends all the same.
            looksAgain = true;
            node.later(() -> {
                looksAgain = false;
                drained();
            }, node.settings().stall());
        }
    }

    /** On the event loop: ends all of them. */
    void close() {
        publications.values().forEach(Publication::close);
        ending.forEach(Publication::close);
        List.copyOf(subscriptions.values()).forEach(Subscription::close);
        List.copyOf(services.values()).forEach(Served::close);
        flushing.forEach(one -> one.complete(null));
        flushing.clear();
    }
}
