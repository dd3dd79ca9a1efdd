package io.anole.core.internal.hub;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.bus.provider.StateListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A watch. What has changed waits per key, so that a slow watcher is told the newest value and the buffer does not grow with
 * the changes; that a key was gone is told all the same, since it may mean that its owner is another now. SYNCED waits in
 * line with the keys. On a new link the whole snapshot comes again: what is known and the
 * same is left out, and what does not come is removed.
 */
final class Watch<T> extends Attached implements StateListener {
    /** The place of SYNCED in the line. */
    private static final Optional<Name> SYNCED = Optional.empty();
    /** Most keys that wait to be told though they are gone again. */
    private static final int MOST_GONE = 1024;

    private final BusView view;
    private final Identity identity;
    private final Pattern pattern;
    private final Class<T> type;
    private final Watcher<? super T> watcher;
    /** What waits to be told, in order. Guarded by itself, as are the next five. */
    private final Map<Optional<Name>, Change> line = new LinkedHashMap<>();
    /** What the link has said last. */
    private final Map<Name, Value> known = new HashMap<>();
    /** Known from a former link and not yet confirmed by this one. */
    private final Set<Name> unconfirmed = new HashSet<>();
    private long received;
    /** Changes that wait with a value and its end. */
    private int gone;
    private Session session;
    /** Keys the watcher has been told of; only for the running thread. */
    private final Set<Name> told = new HashSet<>();

    /** What has become of one key since it was told last: gone, then there with a value, then gone; each part may be missing. */
    private static final class Change {
        private boolean goneBefore;
        private Value value;
        private boolean goneAfter;
    }

    Watch(Hub hub, BusView view, Identity identity, Pattern pattern, Class<T> type, Lane lane, Watcher<? super T> watcher) {
        super(hub, lane);
        this.view = view;
        this.identity = identity;
        this.pattern = pattern;
        this.type = type;
        this.watcher = watcher;
    }

    @Override
    Registration register(Session next) {
        synchronized (line) {
            session = next;
            unconfirmed.addAll(known.keySet());
        }
        return next.link().watch(pattern, new From(next));
    }

    /** It hears one link at a time: the snapshot of the next one tells all that has changed. */
    @Override
    public CompletionStage<Void> prepare(Session next) {
        return Subscription.DONE;
    }

    @Override
    public void take(Session next) {
        attach(next);
    }

    /** Listens for one link; what a former one still says is not heard. */
    private final class From implements StateListener {
        private final Session from;

        From(Session from) {
            this.from = from;
        }

        @Override
        public void put(Name key, Value value) {
            if (from == current()) {
                Watch.this.put(key, value);
            }
        }

        @Override
        public void removed(Name key) {
            if (from == current()) {
                Watch.this.removed(key);
            }
        }

        @Override
        public void synced() {
            if (from == current()) {
                Watch.this.synced();
            }
        }
    }

    private Session current() {
        synchronized (line) {
            return session;
        }
    }

    @Override
    public void put(Name key, Value value) {
        synchronized (line) {
            received++;
            Value before = known.put(key, value);
            if (unconfirmed.remove(key) && same(value, before)) {
                return;
            }
            Change change = change(key);
            if (change.goneAfter) {
                change.goneAfter = false;
                change.goneBefore = true;
                gone--;
            }
            change.value = value;
        }
        schedule();
    }

    /** The same by value: one link may have it by reference, and the next as a tree. */
    private boolean same(Value one, Value other) {
        return one.type().equals(other.type()) && one.source().equals(other.source())
                && Objects.equals(hub.shapes().tree(one.body()), hub.shapes().tree(other.body()));
    }

    @Override
    public void removed(Name key) {
        synchronized (line) {
            received++;
            unconfirmed.remove(key);
            gone(key);
        }
        schedule();
    }

    private Change change(Name key) {
        return line.computeIfAbsent(Optional.of(key), absent -> new Change());
    }

    private void gone(Name key) {
        if (known.remove(key) == null) {
            return;
        }
        Change change = change(key);
        if (change.value == null) {
            change.goneBefore = true;
        } else if (gone < MOST_GONE) {
            change.goneAfter = true;
            gone++;
        } else {
            change.goneBefore = true;
            change.value = null;
            tally.dropped(Drop.OVERFLOW, 1);
        }
    }

    @Override
    public void synced() {
        synchronized (line) {
            unconfirmed.forEach(this::gone);
            unconfirmed.clear();
            line.remove(SYNCED);
            line.put(SYNCED, new Change());
        }
        schedule();
    }

    @Override
    boolean next() {
        Optional<Name> key;
        Change change;
        synchronized (line) {
            Iterator<Map.Entry<Optional<Name>, Change>> first = line.entrySet().iterator();
            if (!first.hasNext()) {
                return false;
            }
            Map.Entry<Optional<Name>, Change> entry = first.next();
            key = entry.getKey();
            change = entry.getValue();
            first.remove();
            if (change.goneAfter) {
                gone--;
            }
        }
        if (key.isEmpty()) {
            tell(watcher::synced, "synced");
            return true;
        }
        if (change.goneBefore) {
            tellGone(key.get());
        }
        if (change.value != null) {
            tell(key.get(), change.value);
        }
        if (change.goneAfter) {
            tellGone(key.get());
        }
        return true;
    }

    private void tellGone(Name key) {
        if (told.remove(key)) {
            tell(() -> watcher.removed(key), "the removal of '" + key + "'");
        }
    }

    private void tell(Name key, Value value) {
        T body;
        try {
            body = hub.store().body(value, type);
        } catch (RuntimeException e) {
            tally.dropped(Drop.MALFORMED, 1);
            malformed(key.toString(), e);
            return;
        }
        told.add(key);
        tell(() -> watcher.put(key, body), "the watcher of '" + key + "'");
    }

    private void tell(Runnable event, String where) {
        try {
            event.run();
            tally.handled();
        } catch (Throwable e) {
            failure(where, e);
        }
    }

    @Override
    boolean waiting() {
        synchronized (line) {
            return !line.isEmpty();
        }
    }

    @Override
    void discard() {
        synchronized (line) {
            line.clear();
            gone = 0;
            known.clear();
            unconfirmed.clear();
        }
        hub.forget(this, view);
    }

    @Override
    String what() {
        return "the watch of '" + identity.participant() + "' on '" + pattern + "' of bus '" + hub.config().bus() + "'";
    }

    @Override
    public Statistics.Endpoint describe() {
        synchronized (line) {
            return new Statistics.Endpoint(Kind.WATCH, identity.participant(), pattern.toString(), hub.typeName(type),
                    tally.read(0, received), line.size());
        }
    }
}
