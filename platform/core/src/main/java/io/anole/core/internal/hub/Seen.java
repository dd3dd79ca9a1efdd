package io.anole.core.internal.hub;

import io.anole.bus.Message;
import io.anole.bus.Name;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which messages a subscription has had already, for links that may repeat: per source and name the highest sequence and
 * which of the 64 before it were seen. What is further behind counts as seen. The sources heard least recently are
 * forgotten.
 */
final class Seen {
    private static final int SOURCES = 1024;

    private final Map<Key, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Window> eldest) {
            return size() > SOURCES;
        }
    };

    private record Key(String source, Name name) {
    }

    private static final class Window {
        long highest;
        /** Bit n: whether {@code highest - n} was seen. */
        long bits;
    }

    /** The one looked at last, and whose it is: most messages are of the source of the one before. */
    private Key latest = new Key("", null);
    private Window latestWindow;

    private Window window(String source, Name name) {
        if (!name.equals(latest.name) || !source.equals(latest.source)) {
            Key key = new Key(source, name);
            latestWindow = windows.computeIfAbsent(key, absent -> new Window());
            latest = key;
        }
        return latestWindow;
    }

    /** Whether this message was here before; from now on it was. */
    synchronized boolean before(Message message) {
        if (message.sequence() == 0 || message.source().isEmpty()) {
            return false;
        }
        Window window = window(message.source(), message.name());
        long ahead = message.sequence() - window.highest;
        if (ahead > 0) {
            window.bits = (ahead >= Long.SIZE ? 0 : window.bits << ahead) | 1;
            window.highest = message.sequence();
            return false;
        }
        if (-ahead >= Long.SIZE) {
            return true;
        }
        long bit = 1L << -ahead;
        if ((window.bits & bit) != 0) {
            return true;
        }
        window.bits |= bit;
        return false;
    }

    /** The highest sequence of a source; 0 if none was here. */
    synchronized long highest(String source, Name name) {
        Window window = windows.get(new Key(source, name));
        return window == null ? 0 : window.highest;
    }

    /** Up to this message everything of its source came by another way. */
    synchronized void advance(String source, Name name, long sequence) {
        Window window = window(source, name);
        if (window.highest < sequence) {
            window.highest = sequence;
            window.bits = -1;
        }
    }
}
