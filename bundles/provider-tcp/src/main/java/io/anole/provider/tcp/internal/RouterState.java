package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.provider.PatternIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The keys, in memory, and who watches them; those that are durable are on disk as well, if there is a file for them. */
final class RouterState {
    private final Router router;
    /** May be null. */
    private final Store store;
    private final Map<Name, Entry> entries = new HashMap<>();
    private final PatternIndex<Watch> watches = new PatternIndex<>();

    RouterState(Router router, Store store) {
        this.router = router;
        this.store = store;
        if (store != null) {
            store.keys().forEach((key, kept) -> entries.put(key, new Entry(kept.value(), null, kept.side())));
        }
    }

    /**
     * @param owner whose end is the key's end; null for nobody's
     * @param side  the neighbour it came from; empty for a client
     */
    private record Entry(byte[] value, RouterSession owner, String side) {
    }

    record Watch(RouterSession session, int id, Pattern pattern) {
    }

    byte[] get(Name key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /**
     * @param round for the neighbours
     * @throws Refusal if there is no room
     */
    void put(RouterSession by, Name key, byte[] value, int flags, Round round) throws Refusal {
        Entry before = entries.get(key);
        boolean ephemeral = (flags & Frame.EPHEMERAL) != 0;
        if ((flags & Frame.REMOVE) != 0) {
            // The end of an owner that is none any more must not remove what another has put since.
            if (before != null && !(ephemeral && before.owner != by)) {
                remove(key, by.side(), flags, round);
            }
            return;
        }
        if ((flags & Frame.RESTORED) != 0 && before != null && before.owner != by) {
            return;
        }
        Entry entry = new Entry(value, ephemeral ? by : null, by.side());
        if (before == null && entries.size() >= router.settings().maxState()) {
            throw new Refusal(Frame.LIMIT, "the router holds " + router.settings().maxState() + " keys, as many as it may (state.max)");
        }
        keep(key, entry);
        entries.put(key, entry);
        if (by.neighbour() != null && before != null && before.owner == entry.owner && Arrays.equals(before.value, value)) {
            return; // it only says again what it had said
        }
        tell(key, (session, id) -> session.tell(out -> out.value(id, key.toString(), value)));
        router.neighbours().put(entry.side, key, value, flags & Frame.EPHEMERAL, round);
    }

    private void keep(Name key, Entry entry) throws Refusal {
        if (store == null) {
            return;
        }
        if (entry.owner == null) {
            store.put(key, entry.value, entry.side);
        } else {
            store.remove(key);
        }
    }

    private void remove(Name key, String side, int flags, Round round) {
        if (entries.remove(key) != null) {
            if (store != null) {
                store.remove(key);
            }
            tell(key, (session, id) -> session.tell(out -> out.removed(id, key.toString())));
            router.neighbours().put(side, key, null, flags & Frame.EPHEMERAL | Frame.REMOVE, round);
        }
    }

    private void tell(Name key, BiConsumer<RouterSession, Integer> what) {
        watches.match(key, watch -> what.accept(watch.session, watch.id));
    }

    /** All that a neighbour has not said itself; and if its session is new, what outlasts that and it may have forgotten. */
    void tell(Neighbour to) {
        entries.forEach((key, entry) -> {
            if (!entry.side.equals(to.side())) {
                to.put(key, entry.value, entry.owner == null ? 0 : Frame.EPHEMERAL, null);
            } else if (entry.owner == null && to.fresh() && !to.above()) {
                to.put(key, entry.value, Frame.RESTORED, null);
            }
        });
    }

    void watch(Watch watch) {
        watches.add(watch.pattern, watch);
        watch.session.tell(out -> {
            entries.forEach((key, entry) -> {
                if (watch.pattern.matches(key)) {
                    out.value(watch.id, key.toString(), entry.value);
                }
            });
            out.synced(watch.id);
        });
    }

    void unwatch(Watch watch) {
        watches.remove(watch.pattern, watch);
    }

    /** Whether anything was the session's. */
    boolean ended(RouterSession owner) {
        var gone = entries.entrySet().stream().filter(entry -> entry.getValue().owner == owner).map(Map.Entry::getKey).toList();
        gone.forEach(key -> remove(key, owner.side(), Frame.EPHEMERAL, null));
        return !gone.isEmpty();
    }
}
