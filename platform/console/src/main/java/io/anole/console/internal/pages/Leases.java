package io.anole.console.internal.pages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscriptions and watches that are open as long as somebody looks at them: each look renews the lease, and a thread of its own
 * closes what nobody has looked at for a while. Safe for any thread.
 */
@Component(service = Leases.class)
public final class Leases {
    /** Open at most; for one more that which was looked at longest ago is closed. */
    static final int MOST = 256;
    /** Time without a look, in ms. */
    static final long MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Map<Key, Lease> open = new HashMap<>();
    private final ScheduledThreadPoolExecutor sweeper =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "anole console leases"));

    private record Key(Class<?> kind, Object of) {
    }

    private static final class Lease {
        private final AutoCloseable held;
        private long seen = System.nanoTime();

        Lease(AutoCloseable held) {
            this.held = held;
        }
    }

    @Activate
    public Leases() {
        sweeper.scheduleWithFixedDelay(this::sweep, MILLIS, MILLIS / 4, TimeUnit.MILLISECONDS);
    }

    /** What is open of this kind for this, opened if it is not. */
    synchronized <T extends AutoCloseable> T of(Class<T> kind, Object of, Supplier<T> opens) {
        Key key = new Key(kind, of);
        Lease lease = open.get(key);
        if (lease == null) {
            if (open.size() >= MOST) {
                open.entrySet().stream().min(Comparator.comparingLong(entry -> entry.getValue().seen))
                        .ifPresent(eldest -> close(eldest.getKey()));
            }
            lease = new Lease(opens.get());
            open.put(key, lease);
        }
        lease.seen = System.nanoTime();
        return kind.cast(lease.held);
    }

    private synchronized void sweep() {
        long now = System.nanoTime();
        List<Key> over = new ArrayList<>();
        open.forEach((key, lease) -> {
            if (now - lease.seen > TimeUnit.MILLISECONDS.toNanos(MILLIS)) {
                over.add(key);
            }
        });
        over.forEach(this::close);
    }

    private void close(Key key) {
        try {
            open.remove(key).held.close();
        } catch (Exception e) {
            LOG.warn("web console: what was looked at can't be closed", e);
        }
    }

    @Deactivate
    void close() {
        sweeper.shutdownNow();
        synchronized (this) {
            List.copyOf(open.keySet()).forEach(this::close);
        }
    }
}
