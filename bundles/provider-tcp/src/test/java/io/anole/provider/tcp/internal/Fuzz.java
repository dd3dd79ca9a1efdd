package io.anole.provider.tcp.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What both fuzzers need. */
final class Fuzz {
    private Fuzz() {
    }

    /** What is logged about each peer that is cut off would be most of the work. */
    static void log(Level least) {
        for (Class<?> one : List.of(Router.class, TcpLink.class)) {
            ((Logger) LoggerFactory.getLogger(one)).setLevel(least);
        }
    }

    static void check(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException(what);
        }
    }

    /** All that was written to the channel. */
    static String written(EmbeddedChannel channel) {
        channel.runPendingTasks();
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.ISO_8859_1));
            next.release();
        }
        return all.toString();
    }
}
