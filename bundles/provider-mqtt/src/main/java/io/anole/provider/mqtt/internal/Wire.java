package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Value;
import io.anole.bus.provider.OwnClock;
import io.anole.bus.provider.SenderClocks;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * What messages and values look like as MQTT 5 publications: the payload is the body and nothing else, in the form that the
 * content type names; all about it travels in user properties.
 *
 * <table>
 * <caption>User properties</caption>
 * <tr><td>{@code anole}</td><td>{@code <sequence> <time, ns> <ms left to live, or 0> <sent at, ms> <source>}</td></tr>
 * <tr><td>{@code anole-type}</td><td>the type's name</td></tr>
 * <tr><td>{@code anole-clock}</td><td>beside a lifespan: {@code <name of the sender's clock> <sent at, ms of that>}</td></tr>
 * <tr><td>{@code anole-owner}</td><td>of an ephemeral key: the client it ends with</td></tr>
 * <tr><td>{@code anole-error}</td><td>of an answer: {@code remote}, {@code rejected}; the payload then says more</td></tr>
 * <tr><td>any other</td><td>a header; one that begins with {@code anole} gets {@code anole-header-} in front</td></tr>
 * </table>
 */
final class Wire {
    static final String OWNER = "anole-owner";
    static final String ERROR = "anole-error";
    static final String ABOUT = "anole";
    private static final String TYPE = "anole-type";
    private static final String CLOCK = "anole-clock";
    private static final String HEADER = "anole-header-";
    private static final String BYTES = "application/octet-stream";
    private static final String TEXT = "text/plain";

    private final SenderClocks senders = new SenderClocks();
    private final Codec json;
    private final Codec cbor;
    private final Codec own;

    Wire(Codec json, Codec cbor, String mediaType) {
        this.json = json;
        this.cbor = cbor;
        this.own = mediaType.equals(Codec.CBOR) ? cbor : json;
    }

    /** What removes a retained message. */
    static final Encoded NOTHING = new Encoded(new byte[0], null);
    /** What a probe says; nobody reads it. */
    static final Encoded PROBE = new Encoded(new byte[] {'0'}, "text/plain");

    /** A body in its wire form. */
    record Encoded(byte[] payload, String contentType) {
        MqttMessage packet(int level, boolean retain, MqttProperties properties) {
            return new MqttMessage(payload, level, retain, properties);
        }
    }

    /** @throws BusException.BadShape if it is no tree */
    Encoded encode(Object tree) {
        return tree instanceof byte[] bytes ? new Encoded(bytes, BYTES) : new Encoded(own.encode(tree), own.mediaType());
    }

    /** As {@link #encode}, but never empty, since an empty retained payload removes the key. */
    Encoded encodeState(Object tree) {
        return tree instanceof byte[] bytes && bytes.length == 0 ? new Encoded(cbor.encode(bytes), Codec.CBOR)
                : encode(tree);
    }

    /**
     * The tree of a payload. Without a content type, as foreign clients send it: JSON if it is JSON, else text if it is
     * UTF-8, else bytes.
     *
     * @throws BusException.BadShape if it is not what the content type says
     */
    Object decode(byte[] payload, String contentType) {
        String type = contentType == null ? "" : contentType;
        int parameters = type.indexOf(';');
        String plain = (parameters < 0 ? type : type.substring(0, parameters)).trim();
        if (plain.equals(Codec.JSON) || plain.endsWith("+json")) {
            return json.decode(payload);
        }
        if (plain.equals(Codec.CBOR) || plain.endsWith("+cbor")) {
            return cbor.decode(payload);
        }
        if (plain.startsWith("text/")) {
            String text = text(payload);
            if (text == null) {
                throw new BusException.BadShape("the content type is " + plain + ", but the payload is not UTF-8");
            }
            return text;
        }
        return plain.isEmpty() ? guess(payload) : payload;
    }

    private Object guess(byte[] payload) {
        if (looksLikeJson(payload)) {
            try {
                return json.decode(payload);
            } catch (BusException.BadShape e) {
                // It only looked like it.
                return textOrBytes(payload);
            }
        }
        return textOrBytes(payload);
    }

    private static Object textOrBytes(byte[] payload) {
        String text = text(payload);
        return text == null ? payload : text;
    }

    private static boolean looksLikeJson(byte[] payload) {
        for (byte b : payload) {
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
                return "{[\"-0123456789tfn".indexOf(b) >= 0;
            }
        }
        return false;
    }

    private static String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Properties of one transmission of a message; the time it has left is that of now. */
    static MqttProperties properties(Message message, String contentType) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(contentType);
        long left = 0;
        long sent = 0;
        String clock = null;
        if (message.expires() != Message.NEVER) {
            // The clocks first: where this thread is held up before it asks what is left, the message ends too early and not too late.
            clock = OwnClock.told();
            sent = System.currentTimeMillis();
            left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(message.expires() - System.nanoTime() + 999_999));
            properties.setMessageExpiryInterval(seconds(left));
        }
        List<UserProperty> user = new ArrayList<>(3 + message.headers().size());
        user.add(new UserProperty(ABOUT, message.sequence() + " " + message.time() + " " + left + " " + sent + " "
                + message.source()));
        if (clock != null) {
            user.add(new UserProperty(CLOCK, clock));
        }
        if (!message.type().isEmpty()) {
            user.add(new UserProperty(TYPE, message.type()));
        }
        message.headers().forEach((key, value) ->
                user.add(new UserProperty(key.startsWith(ABOUT) ? HEADER + key : key, value)));
        properties.setUserProperties(user);
        return properties;
    }

    static MqttProperties properties(Value value, String contentType, String owner) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(contentType);
        List<UserProperty> user = new ArrayList<>(3);
        user.add(new UserProperty(ABOUT, "0 0 0 0 " + value.source()));
        if (!value.type().isEmpty()) {
            user.add(new UserProperty(TYPE, value.type()));
        }
        if (owner != null) {
            user.add(new UserProperty(OWNER, owner));
        }
        properties.setUserProperties(user);
        return properties;
    }

    static MqttProperties with(MqttProperties properties, String key, String value) {
        List<UserProperty> user = new ArrayList<>(properties.getUserProperties());
        user.add(new UserProperty(key, value));
        properties.setUserProperties(user);
        return properties;
    }

    static String property(MqttProperties properties, String key) {
        for (UserProperty property : properties.getUserProperties()) {
            if (property.getKey().equals(key)) {
                return property.getValue();
            }
        }
        return null;
    }

    /**
     * The message in a publication.
     *
     * @param nanos reading of {@link System#nanoTime()} at receipt
     * @param wall  that of {@link System#currentTimeMillis()}
     * @throws BusException.BadShape if the body can't be read
     */
    Message message(Name name, byte[] payload, MqttProperties properties, long nanos, long wall) {
        About about = About.UNKNOWN;
        String type = "";
        String clock = null;
        Map<String, String> headers = null;
        for (UserProperty property : properties.getUserProperties()) {
            String key = property.getKey();
            if (key.equals(ABOUT)) {
                about = About.of(property.getValue());
            } else if (key.equals(TYPE)) {
                type = property.getValue();
            } else if (key.equals(CLOCK)) {
                clock = property.getValue();
            } else if (key.startsWith(HEADER)) {
                headers = put(headers, key.substring(HEADER.length()), property.getValue());
            } else if (!key.equals(OWNER) && !key.equals(ERROR)) {
                headers = put(headers, key, property.getValue());
            }
        }
        long expires = Message.NEVER;
        if (about.left() > 0) {
            long left = about.left() - Math.max(age(about, properties.getMessageExpiryInterval(), wall), senders.late(clock, nanos));
            expires = nanos + TimeUnit.MILLISECONDS.toNanos(left);
        } else if (properties.getMessageExpiryInterval() != null) {
            expires = nanos + TimeUnit.SECONDS.toNanos(properties.getMessageExpiryInterval());
        }
        return new Message(name, type, headers == null ? Map.of() : Map.copyOf(headers),
                decode(payload, properties.getContentType()), about.source(), about.sequence(),
                about.time() == 0 ? TimeUnit.MILLISECONDS.toNanos(wall) : about.time(), expires == Message.NEVER ? expires : expires | 1);
    }

    /** The value in a retained publication. */
    Value value(byte[] payload, MqttProperties properties) {
        String about = property(properties, ABOUT);
        String type = property(properties, TYPE);
        return new Value(decode(payload, properties.getContentType()), type == null ? "" : type,
                about == null ? "" : About.of(about).source());
    }

    static long seconds(long millis) {
        return Math.min(0xFFFF_FFFFL, (millis + 999) / 1000);
    }

    /**
     * Milliseconds a message has been under way, as far as the broker knows. Wall clocks tell it exactly, but are believed only within
     * the bounds that the broker's own count of whole seconds leaves; beyond them the two clocks disagree, and the broker's count is
     * taken.
     */
    private static long age(About about, Long expiryNow, long wall) {
        long byClock = wall - about.sent();
        if (expiryNow == null) {
            return Math.max(0, byClock);
        }
        long byBroker = TimeUnit.SECONDS.toMillis(Math.max(0, seconds(about.left()) - expiryNow));
        return byClock >= byBroker - 1000 && byClock <= byBroker + 1000 ? Math.max(0, byClock) : byBroker;
    }

    private static Map<String, String> put(Map<String, String> headers, String key, String value) {
        Map<String, String> into = headers == null ? new HashMap<>() : headers;
        into.put(key, value);
        return into;
    }

    /** The property {@code anole}. */
    private record About(long sequence, long time, long left, long sent, String source) {
        static final About UNKNOWN = new About(0, 0, 0, 0, "");

        /** Lenient: what is not ours is a foreign client's, and tells nothing. */
        static About of(String text) {
            String[] parts = text.split(" ", 5);
            if (parts.length != 5) {
                return UNKNOWN;
            }
            try {
                return new About(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]), parts[4]);
            } catch (NumberFormatException e) {
                return UNKNOWN;
            }
        }
    }
}
