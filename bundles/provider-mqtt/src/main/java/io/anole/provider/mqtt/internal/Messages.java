package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * What is published and subscribed to: messages as publications, and publications as messages. Reliable is QoS 1; what stays for
 * late subscribers is retained. Who publishes only queues; Paho's callback thread brings what arrives.
 */
final class Messages {
    private final Topics topics;
    private final Wire wire;
    private final Outbox outbox;
    private final Filters filters;
    private final Calls.Guard guard;
    private volatile boolean closed;

    Messages(Topics topics, Wire wire, Outbox outbox, Filters filters, Calls.Guard guard) {
        this.topics = topics;
        this.wire = wire;
        this.outbox = outbox;
        this.filters = filters;
        this.guard = guard;
    }

    /** Nothing is published any more. */
    void close() {
        closed = true;
    }

    Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        boolean retained = qos.durability() == Qos.Durability.TRANSIENT_LOCAL;
        Filters.Entry entry = filters.open(topics.filter(pattern), level(qos),
                retained ? Filters.Retained.ONCE : Filters.Retained.NONE, arrival -> message(arrival, handler));
        return new Handle(entry.ready, entry::close);
    }

    private CompletionStage<Void> message(Arrival arrival, MessageHandler handler) {
        Name name = topics.name(arrival.topic());
        if (name == null) {
            if (!topics.own(arrival.topic()) && arrival.firstToComplain()) {
                guard.malformed(arrival.topic(), "no name can stand for this topic");
            }
            return null;
        }
        Message message;
        try {
            message = arrival.message(wire, name);
        } catch (BusException.BadShape e) {
            if (arrival.firstToComplain()) {
                guard.malformed(arrival.topic(), e.getMessage());
            }
            return null;
        }
        return handler.accept(message);
    }

    private static int level(Qos qos) {
        return qos.reliability() == Qos.Reliability.RELIABLE ? 1 : 0;
    }

    Outlet advertise(Name topic, Qos qos) {
        return new TopicOutlet(topics.topic(topic), qos);
    }

    private final class TopicOutlet implements Outlet {
        private final String topic;
        private final int level;
        private final boolean retain;
        private volatile boolean given;

        TopicOutlet(String topic, Qos qos) {
            this.topic = topic;
            this.level = level(qos);
            this.retain = qos.durability() == Qos.Durability.TRANSIENT_LOCAL;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            if (given || closed) {
                return CompletableFuture.failedFuture(new BusException.Closed("'" + topic + "': closed"));
            }
            Wire.Encoded body;
            try {
                body = wire.encode(message.body());
                guard.checkSize(topic, body);
            } catch (BusException e) {
                return CompletableFuture.failedFuture(e);
            }
            Outbox.Lane lane = level == 0 ? Outbox.Lane.FLEETING : Outbox.Lane.KEPT;
            return outbox.send(outbox.new Item(topic, lane, message.expires()) {
                @Override
                MqttMessage packet() {
                    return body.packet(level, retain, Wire.properties(message, body.contentType()));
                }
            }).thenApply(code -> null);
        }

        @Override
        public void close() {
            given = true;
        }
    }
}
