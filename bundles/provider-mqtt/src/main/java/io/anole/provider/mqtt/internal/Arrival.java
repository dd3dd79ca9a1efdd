package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** One publication as it arrived; decoded once, by the first who asks. Stays on Paho's callback thread. */
final class Arrival {
    private final String topic;
    private final MqttMessage packet;
    /** Both at once, or what a decoder has to wait for would be taken from the time that the message has left. */
    private final long nanos = System.nanoTime();
    private final long wall = System.currentTimeMillis();
    private Message message;
    private BusException.BadShape malformed;
    private boolean complained;

    Arrival(String topic, MqttMessage packet) {
        this.topic = topic;
        this.packet = packet;
    }

    String topic() {
        return topic;
    }

    byte[] payload() {
        return packet.getPayload();
    }

    MqttProperties properties() {
        return packet.getProperties();
    }

    boolean retained() {
        return packet.isRetained();
    }

    boolean duplicate() {
        return packet.isDuplicate();
    }

    /** Whether it comes from a client that counts nothing, so that the hub can't tell a repetition. */
    boolean foreign() {
        return Wire.property(packet.getProperties(), Wire.ABOUT) == null;
    }

    List<Integer> identifiers() {
        return packet.getProperties().getSubscriptionIdentifiers();
    }

    /** True once: a message that can't be read counts once, however many would have had it. */
    boolean firstToComplain() {
        boolean first = !complained;
        complained = true;
        return first;
    }

    /** @throws BusException.BadShape if the body can't be read, the same each time */
    Message message(Wire wire, Name name) {
        if (malformed != null) {
            throw malformed;
        }
        if (message == null) {
            try {
                message = wire.message(name, packet.getPayload(), packet.getProperties(), nanos, wall);
            } catch (BusException.BadShape e) {
                malformed = e;
                throw e;
            }
        }
        return message;
    }
}
