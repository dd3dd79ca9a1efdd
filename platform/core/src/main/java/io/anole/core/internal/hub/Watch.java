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
import java.util.Optional;
import java.util.Set;

/**
 * A watch. What has changed waits per key, so that a slow watcher is told the newest value and the buffer is never larger
 * than the state; SYNCED waits in line with the keys. On a new link the whole snapshot comes again: what is known and the
 * same is left out, and what does not come is removed.
 */
final class Watch<T> extends Attached implements StateListener {
    /** The place of SYNCED in the line. */
    private static final Optional<Name> SYNCED = Optional.empty();

    private final BusView view;
    private final Identity identity;
    private final Pattern pattern;
    private final Class<T> type;
    private final Watcher<? super T> watcher;
    /** What waits to be told, in order; a null value is a removal. Guarded by itself, as are the next three. */
    private final Map<Optional<Name>, Value> line = new LinkedHashMap<>();
    /** What the link has said last. */
    private final Map<Name, Value> known = new HashMap<>();
    /** Known from a former link and not yet confirmed by this one. */
    private final Set<Name> unconfirmed = new HashSet<>();
    private long received;
    /** Keys the watcher has been told of; only for the running thread. */
    private final Set<Name> told = new HashSet<>();
    private Session session;

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
            if (unconfirmed.remove(key) && value.equals(before)) {
                return;
            }
            line.put(Optional.of(key), value);
        }
        schedule();
    }

    @Override
    public void removed(Name key) {
        synchronized (line) {
            received++;
            unconfirmed.remove(key);
            known.remove(key);
            line.put(Optional.of(key), null);
        }
        schedule();
    }

    @Override
    public void synced() {
        synchronized (line) {
            for (Name gone : unconfirmed) {
                known.remove(gone);
                line.put(Optional.of(gone), null);
            }
            unconfirmed.clear();
            line.remove(SYNCED);
            line.put(SYNCED, null);
        }
        schedule();
    }

    @Override
    boolean next() {
        Optional<Name> key;
        Value value;
        synchronized (line) {
            Iterator<Map.Entry<Optional<Name>, Value>> first = line.entrySet().iterator();
            if (!first.hasNext()) {
                return false;
            }
            Map.Entry<Optional<Name>, Value> entry = first.next();
            key = entry.getKey();
            value = entry.getValue();
            first.remove();
        }
        if (key.isEmpty()) {
            tell(watcher::synced, "synced");
        } else if (value != null) {
            tell(key.get(), value);
        } else if (told.remove(key.get())) {
            tell(() -> watcher.removed(key.get()), "the removal of '" + key.get() + "'");
        }
        return true;
    }

    private void tell(Name key, Value value) {
        T body;
        try {
            body = hub.body(value, type);
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
