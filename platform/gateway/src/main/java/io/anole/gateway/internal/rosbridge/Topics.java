package io.anole.gateway.internal.rosbridge;

import io.anole.access.Role;
import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Kind;
import io.anole.core.ParticipantBus;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.Replies.Level;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The topics of one client. The thread that serves the client asks; messages come on the bus's threads and go to the outbox, and
 * the connection may end on any thread meanwhile, so who holds a subscription is guarded by the map of them.
 */
final class Topics {
    private static final Qos LATCHED = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);

    private record Subscribed(Feed feed, Recent.Topic recent, Registration registration) {
    }

    private record Advertised(Publisher<Object> publisher, boolean latched) {
    }

    private final Station station;
    private final Door door;
    private final Visitor visitor;
    private final ParticipantBus bus;
    private final Outbox outbox;
    private final Replies replies;
    private final Quota quota;
    private final Map<Name, Subscribed> subscriptions = new HashMap<>();
    private final Map<Name, Advertised> publishers = new HashMap<>();
    private boolean over;

    Topics(Station station, Door door, Visitor visitor, ParticipantBus bus, Outbox outbox, Replies replies, Quota quota) {
        this.station = station;
        this.door = door;
        this.visitor = visitor;
        this.bus = bus;
        this.outbox = outbox;
        this.replies = replies;
        this.quota = quota;
    }

    void subscribe(Request request) {
        visitor.need(Role.VIEWER, "subscribing");
        String topic = request.needed("topic");
        Name name = door.readable(topic, visitor);
        String id = request.text("id", "");
        Feed.Wish wish = wish(request, name);
        Subscribed present = subscriptions.get(name);
        if (present != null) {
            outbox.with(() -> {
                present.feed().wish(id, wish);
                return null;
            });
            return;
        }
        quota.room();
        Feed feed = new Feed(topic, station.config().queue_default(),
                TimeUnit.MILLISECONDS.toNanos(station.config().age_max_ms()), station.tally());
        feed.wish(id, wish);
        Recent.Topic recent = station.recent().topic(door, name);
        outbox.add(feed);
        Registration registration;
        try {
            registration = bus.subscribe(name.toString(), Object.class,
                    Door.reading(wish.queue() > 0 ? wish.queue() : station.config().queue_default()),
                    (body, message) -> deliver(feed, recent, message));
        } catch (RuntimeException e) {
            outbox.remove(feed);
            recent.close();
            throw e;
        }
        registration.ready().whenComplete((ready, failure) -> {
            if (failure != null) {
                replies.status(Level.ERROR, id, "subscribe: " + topic + ": " + Request.reason(failure));
            }
        });
        synchronized (subscriptions) {
            if (over) {
                recent.close();
                return;
            }
            subscriptions.put(name, new Subscribed(feed, recent, registration));
        }
        quota.taken();
    }

    private Feed.Wish wish(Request request, Name topic) {
        long throttle = Math.max(0, Math.min(3_600_000, request.number("throttle_rate", 0)));
        int queue = (int) Math.max(0, Math.min(Qos.MAX_DEPTH, request.number("queue_length", 0)));
        return new Feed.Wish(TimeUnit.MILLISECONDS.toNanos(throttle), queue, request.fragment(), compression(request, topic));
    }

    /** What can't be had, JSON takes the place of; but a client that wants bytes of ROS could make nothing of anything else. */
    private Compression compression(Request request, Name topic) {
        String wanted = request.text("compression", Compression.NONE.word());
        for (Compression one : Compression.values()) {
            if (one.word().equals(wanted)) {
                if (one == Compression.CBOR_RAW) {
                    door.graph().typed(topic, Kind.PUBLISHER, Kind.SUBSCRIPTION)
                            .ifPresent(endpoint -> RosType.of(endpoint.type(), endpoint.shape()));
                }
                return one;
            }
        }
        replies.status(Level.WARNING, request.text("id", null), "subscribe: the compression '" + Request.shortened(wanted)
                + "' is not offered: messages come as JSON; there are 'cbor' and 'cbor-raw'");
        return Compression.NONE;
    }

    private void deliver(Feed feed, Recent.Topic recent, Message message) {
        try {
            outbox.offer(feed, recent.of(message));
        } catch (BusException.BadShape e) {
            station.tally().count(Of.DROPPED_UNREADABLE);
            replies.status(Level.WARNING, null, feed.topic() + ": a message can't be read: " + e.getMessage());
        }
    }

    void unsubscribe(Request request) {
        Name name = Name.of(request.needed("topic"));
        Subscribed present = subscriptions.get(name);
        if (present == null) {
            throw new Refusal(404, "you have no subscription to " + name);
        }
        String id = request.text("id", null);
        if (outbox.with(() -> present.feed().unwish(id))) {
            return;
        }
        present.registration().close();
        outbox.remove(present.feed());
        forget(name);
    }

    /** The connection may end meanwhile, and forget it too. */
    private void forget(Name name) {
        synchronized (subscriptions) {
            Subscribed present = subscriptions.remove(name);
            if (present != null) {
                present.recent().close();
            }
        }
        quota.givenBack();
    }

    /** The connection is over. */
    void end() {
        synchronized (subscriptions) {
            over = true;
            subscriptions.values().forEach(one -> one.recent().close());
            subscriptions.clear();
        }
    }

    void advertise(Request request) {
        visitor.need(Role.OPERATOR, "advertising");
        publisher(door.writable(request.needed("topic"), visitor), request.flag("latch"));
    }

    private Publisher<Object> publisher(Name topic, boolean latched) {
        Advertised present = publishers.get(topic);
        if (present != null && present.latched() == latched) {
            return present.publisher();
        }
        if (present == null) {
            quota.room();
            quota.taken();
        } else {
            present.publisher().close();
        }
        Publisher<Object> made = bus.publisher(topic.toString(), Object.class, latched ? LATCHED : Qos.DEFAULT);
        publishers.put(topic, new Advertised(made, latched));
        visitor.did("publish " + topic, "begun");
        return made;
    }

    void unadvertise(Request request) {
        Advertised present = publishers.remove(Name.of(request.needed("topic")));
        if (present == null) {
            throw new Refusal(404, "you do not advertise " + request.needed("topic"));
        }
        present.publisher().close();
        quota.givenBack();
    }

    void publish(Request request) {
        visitor.need(Role.OPERATOR, "publishing");
        Name topic = door.writable(request.needed("topic"), visitor);
        Advertised present = publishers.get(topic);
        boolean latched = present != null ? present.latched() || request.flag("latch") : request.flag("latch");
        Object message = request.value("msg");
        door.check(topic, message);
        String id = request.text("id", null);
        publisher(topic, latched).publish(message).whenComplete((done, failure) -> {
            if (failure != null) {
                replies.status(Level.ERROR, id, "publish: " + topic + ": " + Request.reason(failure));
            }
        });
    }
}
