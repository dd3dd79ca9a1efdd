package io.anole.provider.ros1.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Codec;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.Out;
import io.anole.provider.ros1.internal.message.Packages;
import io.anole.provider.ros1.internal.message.Types;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/**
 * How bodies are written. What has a type of ROS is written as that. What has none travels as JSON in a
 * message that is {@code std_msgs/String} by another name, so that everybody can read it and nobody takes it for a plain text;
 * between two of a kind it is CBOR, which keeps every value as it was. Safe for any thread.
 */
final class Bodies {
    /** What carries a body that has no type of ROS. */
    static final String TEXT = "anole_msgs/Json";

    /** Most bytes of a body that has no type of ROS. */
    static final int LARGEST_UNTYPED = 16 << 20;

    private final Types types;
    private final Codec json;
    private final Codec cbor;
    private final int maxPayload;
    private final InstantSource clock;

    Bodies(Codec json, Codec cbor, Settings settings, InstantSource clock) {
        this.clock = clock;
        this.json = json;
        this.cbor = cbor;
        this.maxPayload = settings.maxPayload();
        this.types = new Types(Packages.installed(settings.environment().values(), settings.folders(),
                settings.environment().workspaces()));
    }

    Types types() {
        return types;
    }

    Out out() {
        return new Out(maxPayload, clock);
    }

    /** As CBOR. */
    byte[] cbor(Object tree) {
        byte[] bytes = cbor.encode(tree);
        if (bytes.length > maxPayload) {
            throw new BadShape("a body of " + bytes.length + " bytes is beyond max.payload, " + maxPayload);
        }
        return bytes;
    }

    /** The same for who does not know of CBOR. */
    byte[] text(byte[] ofCbor) {
        Out out = out();
        types.message(TEXT).write(Map.of("data", new String(json.encode(cbor.decode(ofCbor)), StandardCharsets.UTF_8)), out);
        return out.take();
    }

    /** A message of ROS as the tree that it stands for. */
    Object read(MessageType type, ByteBuffer bytes) {
        Object tree = type.read(bytes);
        if (type.name().equals(TEXT) && tree instanceof Map<?, ?> map && map.get("data") instanceof String text) {
            return json.decode(text.getBytes(StandardCharsets.UTF_8));
        }
        return tree;
    }

    Object ofCbor(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return cbor.decode(copy);
    }

}
