package io.anole.health.internal;

import io.anole.health.Leak;
import io.anole.health.Leak.Kind;
import io.anole.health.Leaks;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for former revisions on the caller's thread, one caller at a time. */
@Component(service = Leaks.class, immediate = true, configurationPid = "io.anole.health.leaks")
@Designate(ocd = LeakConfig.class)
public final class LeakCheck implements Leaks {
    private static final Logger LOG = LoggerFactory.getLogger(LeakCheck.class);

    private final BundleContext context;
    private final LeakConfig config;
    private final Revisions revisions;
    private final HeapSearch heap;
    private final Holders holders = new Holders();
    private Optional<Long> collected = Optional.empty();

    @Activate
    public LeakCheck(BundleContext context, LeakConfig config) {
        this.context = context;
        this.config = config;
        revisions = new Revisions(config.remembered());
        revisions.open(context);
        heap = new HeapSearch(context, config.search_ms());
        try {
            heap.clear();
        } catch (IOException e) {
            LOG.warn("what an interrupted search has left in run/heap can't be deleted, and holds secrets: {}", e.toString());
        }
    }

    @Deactivate
    void close() {
        context.removeBundleListener(revisions);
    }

    @Override
    public synchronized List<Leak> look() throws IOException {
        List<Leak> leaks = new ArrayList<>();
        for (Revision revision : held()) {
            List<Leak> found = holders.of(revision);
            leaks.addAll(found.isEmpty() && revision.isInMemory()
                    ? List.of(revision.leak(Kind.UNKNOWN, "something holds it", "")) : found);
        }
        return leaks;
    }

    @Override
    public synchronized List<Leak> search() throws IOException, InterruptedException {
        List<Revision> held = held();
        if (held.isEmpty()) {
            return List.of();
        }
        Map<Long, String[]> searched = heap.holders(held);
        List<Leak> leaks = new ArrayList<>();
        for (Revision revision : held) {
            List<Leak> wired = holders.wired(revision);
            String[] found = searched.get(revision.number);
            if (!wired.isEmpty()) {
                leaks.addAll(wired);
            } else if (found != null) {
                leaks.add(revision.leak(Kind.valueOf(found[0]), found[1], found[2]));
            }
        }
        return leaks;
    }

    /** What is in memory after a collection that came long enough after its end. */
    private List<Revision> held() throws IOException {
        long patience = TimeUnit.MILLISECONDS.toNanos(config.held_ms());
        long now = System.nanoTime();
        boolean due = collected.isEmpty() || now - collected.get() >= TimeUnit.MILLISECONDS.toNanos(config.collect_ms());
        if (due && !revisions.endedBefore(now - patience).isEmpty()) {
            collect();
            collected = Optional.of(now);
        }
        return collected.map(then -> revisions.endedBefore(then - patience)).orElse(List.of());
    }

    private static void collect() throws IOException {
        WeakReference<Object> witness = new WeakReference<>(new Object());
        System.gc();
        if (!witness.refersTo(null)) {
            throw new IOException("this JVM does not collect garbage when asked to (is it started with "
                    + "-XX:+DisableExplicitGC?), so what is still in memory can't be told");
        }
    }
}
