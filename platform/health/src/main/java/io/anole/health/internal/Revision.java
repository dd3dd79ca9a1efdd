package io.anole.health.internal;

import io.anole.health.Leak;
import java.lang.ref.WeakReference;
import java.time.Instant;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A resolved revision of a bundle, held weakly. A search of the heap reads the fields {@code number}, {@code bundle} and
 * {@code loader} by their names. What happened to it is told by {@link Revisions}, under its lock.
 */
final class Revision {
    final long number;
    final String bundle;
    final String version;
    final WeakReference<ClassLoader> loader;
    final WeakReference<BundleWiring> wiring;
    private Leak.Change change;
    private Instant when;
    private long nanos;

    Revision(long number, Bundle bundle, BundleWiring wiring) {
        this.number = number;
        this.bundle = String.valueOf(bundle.getSymbolicName());
        this.version = bundle.getVersion().toString();
        this.loader = new WeakReference<>(wiring.getClassLoader());
        this.wiring = new WeakReference<>(wiring);
    }

    void ended(Leak.Change by) {
        change = by;
        when = Instant.now();
        nanos = System.nanoTime();
    }

    boolean wasRefreshed() {
        return change == Leak.Change.REFRESHED;
    }

    /** @param time as {@link System#nanoTime()} */
    boolean endedBefore(long time) {
        return nanos - time < 0;
    }

    boolean isInMemory() {
        return !loader.refersTo(null);
    }

    Leak leak(Leak.Kind kind, String holder, String path) {
        return new Leak(bundle, version, change, when, kind, holder, path);
    }
}
