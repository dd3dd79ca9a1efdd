package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Weighs the messages of a topic: about one in a second, as CBOR, on the bus's threads. */
final class Scale implements AutoCloseable {
    private static final Qos LATEST = new Qos(Reliability.BEST_EFFORT, Qos.Durability.VOLATILE, Overflow.DROP_OLDEST, 1,
            Duration.ZERO, Duration.ZERO);

    private final Registration subscription;
    /** In bytes; less than 0 before the first. */
    private volatile long size = -1;
    /** The handler's own. */
    private long next = System.nanoTime();

    Scale(Bus bus, String topic, Shapes shapes, Codec cbor) {
        subscription = bus.subscribe(topic, Object.class, LATEST, (body, message) -> {
            long now = System.nanoTime();
            if (now - next >= 0) {
                next = now + TimeUnit.SECONDS.toNanos(1);
                size = weigh(body, shapes, cbor);
            }
        });
    }

    private static long weigh(Object body, Shapes shapes, Codec cbor) {
        try {
            return cbor.encode(shapes.tree(body)).length;
        } catch (BusException.BadShape e) {
            return -1;      // beyond what can be encoded, and so not to be told
        }
    }

    long size() {
        return size;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
