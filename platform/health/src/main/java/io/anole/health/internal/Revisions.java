package io.anole.health.internal;

import io.anole.health.Leak;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The present revision of each resolved bundle, and the latest of those that were. Told by the threads that change bundles, before
 * they go on; asked by any.
 */
final class Revisions implements SynchronousBundleListener {
    private final int most;
    private final Map<Long, Revision> present = new HashMap<>();
    private final Deque<Revision> former = new ArrayDeque<>();
    /** The latest former revision of bundles that have not been resolved since. */
    private final Map<Long, Revision> last = new HashMap<>();
    private long count;

    Revisions(int most) {
        this.most = most;
    }

    void open(BundleContext context) {
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            resolved(bundle);
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        switch (event.getType()) {
            case BundleEvent.RESOLVED, BundleEvent.STARTING -> resolved(bundle);
            case BundleEvent.UNRESOLVED -> ended(bundle, Leak.Change.REFRESHED);
            case BundleEvent.UPDATED -> ended(bundle, Leak.Change.UPDATED);
            case BundleEvent.UNINSTALLED -> ended(bundle, Leak.Change.UNINSTALLED);
            default -> {
                // Starting and stopping change no revision.
            }
        }
    }

    private void resolved(Bundle bundle) {
        BundleWiring wiring = bundle.getBundleId() == 0 ? null : bundle.adapt(BundleWiring.class);
        if (wiring != null && wiring.getClassLoader() != null) { // a fragment has none
            synchronized (this) {
                Revision known = present.get(bundle.getBundleId());
                if (known == null || !known.wiring.refersTo(wiring)) {
                    present.put(bundle.getBundleId(), new Revision(++count, bundle, wiring));
                    last.remove(bundle.getBundleId());
                }
            }
        }
    }

    /** An update or removal also unresolves, and is told after it. */
    private synchronized void ended(Bundle bundle, Leak.Change change) {
        long id = bundle.getBundleId();
        Revision revision = present.remove(id);
        if (revision != null) {
            revision.ended(change);
            former.removeIf(one -> !one.isInMemory());
            former.addLast(revision);
            last.put(id, revision);
            if (former.size() > most) {
                last.values().remove(former.removeFirst());
            }
        } else if (last.containsKey(id) && last.get(id).wasRefreshed()) {
            last.get(id).ended(change);
        }
        if (change == Leak.Change.UNINSTALLED) {
            last.remove(id);
        }
    }

    /** Those that are still in memory although they ended before a time. */
    synchronized List<Revision> endedBefore(long nanos) {
        for (Iterator<Revision> all = former.iterator(); all.hasNext();) {
            if (!all.next().isInMemory()) {
                all.remove();
            }
        }
        return former.stream().filter(revision -> revision.endedBefore(nanos)).toList();
    }
}
