package io.anole.core.internal.hub;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.core.internal.safety.SafeMessage;
import io.anole.core.internal.safety.Safety;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says safe messages, as the participant {@code safety}, straight to the subscriptions of this runtime: it needs no link. */
final class Guarding implements Safety.Guarded {
    private static final Logger LOG = LoggerFactory.getLogger(Guarding.class);

    private final Hub hub;
    private final String source;

    Guarding(Hub hub) {
        this.hub = hub;
        this.source = hub.identity("safety").source();
    }

    @Override
    public long upFor() {
        Session session = hub.session();
        return session == null || !session.isUp() ? -1 : System.nanoTime() - session.upSince();
    }

    @Override
    public void changed() {
        hub.endpoints().forEach(endpoint -> endpoint.guard(hub.safety()));
    }

    @Override
    public void say(Name topic, SafeMessage safe, long sequence) {
        List<Subscription> hearing = hub.endpoints(Subscription.class).stream().filter(one -> one.hears(topic)).toList();
        Message message = new Message(topic, safe.type(), Map.of(), body(topic, safe, hearing), source, sequence,
                hub.clock().wall(System.nanoTime()), Message.NEVER);
        hearing.forEach(one -> one.say(message));
    }

    /** As a record, with all that is left out at zero, if anybody listens for one; else the tree. */
    private Object body(Name topic, SafeMessage safe, List<Subscription> hearing) {
        for (Subscription one : hearing) {
            Class<?> type = one.type();
            if (type != null && type.isRecord() && (safe.type().isEmpty() || safe.type().equals(hub.typeName(type)))) {
                try {
                    return hub.shapes().as(safe.tree(), type);
                } catch (BadShape e) {
                    LOG.error("bus '{}': the safe message of '{}' is wrong, zeros are said instead: {}", hub.config().bus(), topic,
                            e.getMessage());
                    return hub.shapes().blank(type);
                }
            }
        }
        return safe.tree();
    }
}
