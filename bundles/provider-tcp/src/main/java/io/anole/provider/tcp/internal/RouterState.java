package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The keys, in memory, and who watches them. */
final class RouterState {
    private final RouterSettings settings;
    private final Map<Name, Entry> entries = new HashMap<>();
    private final Trie<Watch> watches = new Trie<>();

    RouterState(RouterSettings settings) {
        this.settings = settings;
    }

    /** @param owner whose end is the key's end; null for nobody's */
    private record Entry(byte[] value, RouterSession owner) {
    }

    record Watch(RouterSession session, int id, Pattern pattern) {
    }

    byte[] get(Name key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /** @throws Refusal if there is no room */
    void put(RouterSession by, Name key, byte[] value, int flags) throws Refusal {
        Entry before = entries.get(key);
        boolean ephemeral = (flags & Frame.EPHEMERAL) != 0;
        if ((flags & Frame.REMOVE) != 0) {
            // The end of an owner that is none any more must not remove what another has put since.
            if (before != null && !(ephemeral && before.owner != by)) {
                remove(key);
            }
            return;
        }
        if ((flags & Frame.RESTORED) != 0 && before != null && before.owner != by) {
            return;
        }
        if (before == null && entries.size() >= settings.maxState()) {
            throw new Refusal(Frame.LIMIT, "the router holds " + settings.maxState() + " keys, as many as it may (state.max)");
        }
        entries.put(key, new Entry(value, ephemeral ? by : null));
        tell(key, (session, id) -> session.tell(out -> out.value(id, key.toString(), value)));
    }

    private void remove(Name key) {
        if (entries.remove(key) != null) {
            tell(key, (session, id) -> session.tell(out -> out.removed(id, key.toString())));
        }
    }

    private void tell(Name key, BiConsumer<RouterSession, Integer> what) {
        watches.match(key, watch -> what.accept(watch.session, watch.id));
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
        gone.forEach(this::remove);
        return !gone.isEmpty();
    }
}
