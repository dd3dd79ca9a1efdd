package io.anole.provider.ros1.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what went wrong; the same not again for a while, and not more than a few lines whatever strangers do. On the event
 * loop.
 */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 400;

    private final String bus;
    private final Set<String> said = new HashSet<>();
    private long quietUntil = System.nanoTime();
    private long unsaid;

    Complaints(String bus) {
        this.bus = bus;
    }

    void say(String what, String why) {
        long now = System.nanoTime();
        if (now - quietUntil >= 0) {
            if (unsaid > 0) {
                LOG.warn("bus '{}': {} more lines of that kind", bus, unsaid);
            }
            quietUntil = now + QUIET_NANOS;
            unsaid = 0;
            said.clear();
        }
        String line = printable(what + ": " + why);
        if (said.contains(line)) {
            return;
        }
        if (said.size() >= MOST_LINES) {
            unsaid++;
            return;
        }
        said.add(line);
        LOG.warn("bus '{}': {}", bus, line);
    }

    /** What strangers send must not look like lines of our own. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().limit(LONGEST_LINE).forEach(c -> out.append(c < 0x20 || c >= 0x7F && c < 0xA0 ? '?' : (char) c));
        return out.toString();
    }
}
