package io.anole.gateway.internal.rosbridge;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.gateway.internal.Sizes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A message on its way to clients. It is written when the first of them can take it, once in each form however many do, and
 * never for one that has let it go. Safe for any thread.
 */
final class Encoded {
    private static final long NANOS = 1_000_000_000;

    private final Message message;
    private final Object tree;
    private final Supplier<RosType> type;
    private final long size;
    private final Trees trees;
    private final Tally tally;
    private final Map<Form, Frame> frames = new HashMap<>(2);

    /** The topic is as the client writes it: with its slash or without. */
    private record Form(String topic, Compression compression) {
    }

    /** @param type asked for when the message is wanted as ROS writes it */
    Encoded(Message message, Object tree, Supplier<RosType> type, Trees trees, Tally tally) {
        this.message = message;
        this.tree = tree;
        this.type = type;
        this.size = Sizes.of(tree);
        this.trees = trees;
        this.tally = tally;
    }

    Message message() {
        return message;
    }

    /** What it takes of the memory while it waits, in bytes. */
    long size() {
        return size;
    }

    /** @throws io.anole.bus.BusException.BadShape if it can't be written like that */
    synchronized Frame frame(String topic, Compression compression) {
        return frames.computeIfAbsent(new Form(topic, compression), form -> {
            Map<String, Object> publish = new LinkedHashMap<>();
            publish.put("op", "publish");
            publish.put("topic", topic);
            publish.put("msg", compression == Compression.CBOR_RAW ? raw() : tree);
            tally.count(Tally.Of.MESSAGES_ENCODED);
            return compression == Compression.NONE ? trees.text(publish) : trees.bytes(publish);
        });
    }

    private Map<String, Object> raw() {
        RosType ros = type.get();
        if (!message.type().isEmpty() && !message.type().equals(ros.name())) {
            throw new BadShape("it is a " + message.type() + ", and the topic a " + ros.name());
        }
        Map<String, Object> raw = new LinkedHashMap<>();
        raw.put("secs", Math.floorDiv(message.time(), NANOS));
        raw.put("nsecs", Math.floorMod(message.time(), NANOS));
        raw.put("bytes", ros.serialise(tree));
        return raw;
    }
}
