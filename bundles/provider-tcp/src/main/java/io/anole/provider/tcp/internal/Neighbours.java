package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The routers next to this one in the tree: the one above, if there is an uplink, and those that have linked themselves here.
 * Each is told what all other sessions want, serve and put, as a client would say it, and does the same; so each router knows
 * of each line what is wanted beyond it, and passes on nothing else. What a session is answered waits until all neighbours that
 * are there know it.
 */
final class Neighbours {
    private static final int WANTED = Frame.RELIABLE | Frame.KEPT;

    private final Router router;
    private final Map<What, List<Held>> held = new LinkedHashMap<>();
    private final Set<Neighbour> all = new LinkedHashSet<>();

    Neighbours(Router router) {
        this.router = router;
    }

    /** SUBSCRIBE and a pattern, or SERVE and a name. */
    record What(byte type, String text) {
    }

    private record Held(Object registration, RouterSession by, int flags) {
    }

    private static What what(Routing.Subscription subscription) {
        return new What(Frame.SUBSCRIBE, subscription.pattern().toString());
    }

    private static What what(RouterCalls.Server server) {
        return new What(Frame.SERVE, server.name().toString());
    }

    void subscribed(Routing.Subscription one, Runnable then) {
        add(what(one), new Held(one, one.session(), one.flags() & WANTED), one.flags() & Frame.RESTORED, refusal -> then.run());
    }

    /** @param then hears who above serves it already, or null */
    void served(RouterCalls.Server one, Consumer<Refusal> then) {
        add(what(one), new Held(one, one.session(), 0), 0, then);
    }

    private void add(What what, Held one, int restored, Consumer<Refusal> then) {
        held.computeIfAbsent(what, w -> new ArrayList<>(1)).add(one);
        Round round = new Round(then);
        all.forEach(to -> to.update(what, wanted(what, to), restored, round));
        round.answered(null);
    }

    void unsubscribed(Routing.Subscription one) {
        remove(what(one), one);
    }

    void unserved(RouterCalls.Server one) {
        remove(what(one), one);
    }

    private void remove(What what, Object registration) {
        List<Held> those = held.get(what);
        if (those != null && those.removeIf(one -> one.registration == registration)) {
            if (those.isEmpty()) {
                held.remove(what);
            }
            all.forEach(to -> to.update(what, wanted(what, to), 0, null));
        }
    }

    /** What all others want of it; negative if none does. */
    private int wanted(What what, Neighbour by) {
        int flags = -1;
        for (Held one : held.getOrDefault(what, List.of())) {
            if (one.by != by.session()) {
                flags = Math.max(flags, 0) | one.flags;
            }
        }
        return flags;
    }

    /**
     * A key has changed.
     *
     * @param side  where that came from, see {@link Neighbour#side()}; empty for a client
     * @param value null if it is gone
     * @param round null if nobody wants to hear when all know
     */
    void put(String side, Name key, byte[] value, int flags, Round round) {
        for (Neighbour to : all) {
            if (!to.side().equals(side)) {
                to.put(key, value, flags, round);
            }
        }
    }

    /** A neighbour wants to hear everything, and from now on what changes. */
    void listen(Neighbour to) {
        to.listen();
        List.copyOf(held.keySet()).forEach(what -> {
            int flags = wanted(what, to);
            if (flags >= 0) {
                to.update(what, flags, Frame.RESTORED, null);
            }
        });
        router.state().tell(to);
        if (!router.waiting()) {
            to.saidAll();
        }
    }

    /** Nobody is waited for any more. */
    void saidAll() {
        all.forEach(Neighbour::saidAll);
    }

    void here(Neighbour one) {
        all.add(one);
    }

    void away(Neighbour one) {
        one.silence();
        all.remove(one);
    }

    void tick() {
        all.forEach(Neighbour::tick);
    }

    /** Whether a router is linked here that has one of these ids. */
    boolean below(List<Long> ids) {
        return all.stream().anyMatch(one -> !one.above() && ids.contains(one.id()));
    }

    /** This router's way to the root has changed. */
    void told(List<Long> path) {
        all.stream().filter(one -> !one.above()).forEach(one -> one.session().path(path));
    }
}
