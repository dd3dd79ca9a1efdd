package io.anole.provider.local.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.PatternIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which subscriptions hear which topic. Every advertised topic holds an array of its handlers, so that a publish looks
 * nothing up; the arrays are replaced, under this object's lock, only when a subscription comes or goes.
 */
final class Routes {
    private final String bus;
    private final LinkListener listener;
    private final int mostRetained;
    private final PatternIndex<Subscriber> subscribers = new PatternIndex<>();
    private final Map<Name, Topic> topics = new HashMap<>();
    /** Topics that keep a message, eldest first. */
    private final Map<Name, Topic> retaining = new LinkedHashMap<>();
    private long subscribed;

    Routes(String bus, LinkListener listener, int mostRetained) {
        this.bus = bus;
        this.listener = listener;
        this.mostRetained = mostRetained;
    }

    record Subscriber(long number, Pattern pattern, MessageHandler handler) {
    }

    synchronized Outlet advertise(Name name, Qos qos) {
        boolean keeps = qos.durability() == Durability.TRANSIENT_LOCAL;
        Topic topic = topics.get(name);
        if (topic == null) {
            List<Subscriber> found = new ArrayList<>();
            subscribers.match(name, found::add);
            found.sort(Comparator.comparingLong(Subscriber::number));
            topic = new Topic(name, bus);
            for (Subscriber subscriber : found) {
                topic.add(subscriber.handler, false);
            }
            topics.put(name, topic);
        }
        topic.outlets++;
        if (keeps && retaining.putIfAbsent(name, topic) == null && retaining.size() > mostRetained) {
            forgetEldest();
        }
        return topic.outlet(keeps, this);
    }

    private void forgetEldest() {
        Topic eldest = retaining.values().iterator().next();
        retaining.remove(eldest.name);
        if (eldest.forget()) {
            listener.dropped(Drop.OVERFLOW, 1);
        }
        dropIfUnused(eldest);
    }

    synchronized void release(Topic topic) {
        topic.outlets--;
        dropIfUnused(topic);
    }

    private void dropIfUnused(Topic topic) {
        if (topic.outlets == 0 && !retaining.containsKey(topic.name)) {
            topics.remove(topic.name, topic);
        }
    }

    synchronized Runnable subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        Subscriber subscriber = new Subscriber(subscribed++, pattern, handler);
        subscribers.add(pattern, subscriber);
        boolean wantsKept = qos.durability() == Durability.TRANSIENT_LOCAL;
        for (Topic topic : heard(pattern)) {
            topic.add(handler, wantsKept);
        }
        return () -> end(subscriber);
    }

    private synchronized void end(Subscriber subscriber) {
        if (subscribers.remove(subscriber.pattern, subscriber)) {
            for (Topic topic : heard(subscriber.pattern)) {
                topic.remove(subscriber.handler);
            }
        }
    }

    private List<Topic> heard(Pattern pattern) {
        return pattern.name().map(name -> topics.containsKey(name) ? List.of(topics.get(name)) : List.<Topic>of())
                .orElseGet(() -> topics.values().stream().filter(topic -> pattern.matches(topic.name)).toList());
    }

    synchronized void close() {
        topics.values().forEach(Topic::close);
        topics.clear();
        retaining.clear();
        subscribers.clear();
    }
}
