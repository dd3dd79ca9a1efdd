package io.anole.core.internal.hub;

import io.anole.bus.Name;
import io.anole.bus.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces every open publisher, subscription and service as ephemeral state below {@code @graph}, so that whoever looks
 * sees them on any kind of system. Off the caller's thread, bounded, and silent on systems that have no such state. What
 * lies in the platform's own space is not announced.
 */
final class Graph {
    static final String ROOT = "@graph";

    private static final Logger LOG = LoggerFactory.getLogger(Graph.class);

    private final Hub hub;
    private final AtomicInteger announced = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();

    Graph(Hub hub) {
        this.hub = hub;
    }

    /** Announces; what is returned takes the announcement back. */
    Runnable announce(Identity identity, String kind, String name, Class<?> type) {
        if (name.startsWith("/@")) {
            return () -> { };
        }
        int most = hub.config().announcements();
        if (announced.incrementAndGet() > most) {
            announced.decrementAndGet();
            if (most > 0 && !told.getAndSet(true)) {
                LOG.warn("bus '{}': more than {} endpoints (announcements); later ones are not shown in the graph",
                        hub.config().bus(), most);
            }
            return () -> { };
        }
        Announcement one = new Announcement(identity, kind, name, type);
        hub.dispatcher().execute(one::put);
        return () -> {
            announced.decrementAndGet();
            hub.dispatcher().execute(one::remove);
        };
    }

    private final class Announcement {
        private final Identity identity;
        private final String kind;
        private final String name;
        /** Until it is announced: it may be of a bundle that goes before the endpoint does. */
        private Class<?> type;
        private final Name key;
        private boolean gone;

        Announcement(Identity identity, String kind, String name, Class<?> type) {
            this.identity = identity;
            this.kind = kind;
            this.name = name;
            this.type = type;
            this.key = Name.of(ROOT + "/" + identity.runtime() + "/" + identity.participant() + "/" + kind + "/"
                    + identity.number());
        }

        synchronized void put() {
            if (gone) {
                return;
            }
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("kind", kind);
            tree.put("name", name);
            tree.put("type", hub.typeName(type));
            tree.put("shape", type.isRecord() ? hub.shapes().describe(type) : Map.of());
            tree.put("participant", identity.participant());
            tree.put("runtime", identity.runtime());
            type = null;
            hub.store().announce(this, key, new Value(tree, "", identity.source()));
        }

        synchronized void remove() {
            gone = true;
            hub.store().withdraw(this, key);
        }
    }
}
