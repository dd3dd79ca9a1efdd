package io.anole.bridge.internal;

import io.anole.bus.Message;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which bridges a message has crossed, told in its headers, so that a circle of bridges, also through several runtimes, ends
 * where it began. The sender alone would not do: behind a second bridge that is another one.
 *
 * @param self this bridge, the same after a restart, since messages may be kept longer than it runs
 */
record Trail(String self) {
    /** The bridges crossed, the latest last. */
    static final String VIA = "bridge.via";
    /** Who has published it first. */
    static final String SOURCE = "bridge.source";
    /** The number it had there. */
    static final String SEQUENCE = "bridge.sequence";
    private static final int MOST = 8;

    /** Whether it must not go on. */
    boolean ends(Message message) {
        String via = message.headers().get(VIA);
        if (via == null) {
            return false;
        }
        List<String> crossed = Arrays.asList(via.split(",", MOST + 1));
        return crossed.size() >= MOST || crossed.contains(self);
    }

    /** Its headers when it goes on. */
    Map<String, String> extend(Message message) {
        Map<String, String> headers = new HashMap<>(message.headers());
        headers.merge(VIA, self, (before, own) -> before + "," + own);
        if (!message.source().isEmpty()) {
            headers.putIfAbsent(SOURCE, message.source());
            if (message.sequence() != 0) {
                headers.putIfAbsent(SEQUENCE, String.valueOf(message.sequence()));
            }
        }
        return headers;
    }
}
