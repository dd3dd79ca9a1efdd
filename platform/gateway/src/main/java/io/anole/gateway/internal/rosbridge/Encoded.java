package io.anole.gateway.internal.rosbridge;

import io.anole.bus.Message;
import io.anole.gateway.internal.Sizes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message on its way to clients. It is written when the first of them can take it, once in each form however many do, and
 * never for one that has let it go. Safe for any thread.
 */
final class Encoded {
    private final Message message;
    private final Object tree;
    private final long size;
    private final Trees trees;
    private final Tally tally;
    private final Map<Form, Frame> frames = new HashMap<>(2);

    /** The topic is as the client writes it: with its slash or without. */
    private record Form(String topic, boolean cbor) {
    }

    Encoded(Message message, Object tree, Trees trees, Tally tally) {
        this.message = message;
        this.tree = tree;
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

    synchronized Frame frame(String topic, boolean cbor) {
        return frames.computeIfAbsent(new Form(topic, cbor), form -> {
            Map<String, Object> publish = new LinkedHashMap<>();
            publish.put("op", "publish");
            publish.put("topic", topic);
            publish.put("msg", tree);
            tally.count(Tally.Of.MESSAGES_ENCODED);
            return cbor ? trees.bytes(publish) : trees.text(publish);
        });
    }
}
