package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A session that is a router. It is told what the others want, serve and put, and answers each when it is so everywhere beyond
 * it. The order of what is put is decided above: what comes from there is passed over while it has not seen what was put here.
 */
final class Neighbour {
    private static final byte[] NOTHING = {};

    private final RouterSession session;
    private final boolean above;
    private final Map<Neighbours.What, Statement> stated = new LinkedHashMap<>();
    private final Map<Integer, List<Consumer<Refusal>>> unanswered = new HashMap<>();
    private final Map<Name, Integer> putting = new HashMap<>();
    /** Names served on both sides while these could not hear of each other. */
    private final Set<Neighbours.What> conflicts = new LinkedHashSet<>();
    private boolean listening;
    private int numbers;
    private long id;
    private boolean fresh;

    /** @param above whether it speaks for all that is above this router */
    Neighbour(RouterSession session, boolean above) {
        this.session = session;
        this.above = above;
    }

    private record Statement(int id, int flags) {
    }

    RouterSession session() {
        return session;
    }

    /** Which start of its router it is. */
    long id() {
        return id;
    }

    /** @param without whether it remembers nothing of what it had said */
    void here(long now, boolean without) {
        id = now;
        fresh = without;
    }

    /** Whether its session is new. */
    boolean fresh() {
        return fresh;
    }

    /** Names the side of a router that it is on, also when its session is another. */
    String side() {
        return above ? "^" : session.identity();
    }

    boolean above() {
        return above;
    }

    /** It wants to hear; everything is said again. */
    void listen() {
        silence();
        listening = true;
    }

    boolean listening() {
        return listening;
    }

    /** It is away: nobody waits for its answers. */
    void silence() {
        listening = false;
        stated.clear();
        conflicts.clear();
        List<List<Consumer<Refusal>>> all = new ArrayList<>(unanswered.values());
        unanswered.clear();
        all.forEach(those -> those.forEach(one -> one.accept(null)));
        putting.clear();
    }

    /**
     * @param flags    negative if nobody wants it any more
     * @param restored RESTORED if it was wanted before, too
     * @param round    waits for the answer; may be null
     */
    void update(Neighbours.What what, int flags, int restored, Round round) {
        Statement before = stated.get(what);
        if (!listening) {
            return;
        }
        if (before != null && before.flags == flags) {
            if (round != null && unanswered.containsKey(before.id)) {
                await(before.id, round);
            }
            return;
        }
        if (flags >= 0) {
            state(what, flags, restored, round);
        } else {
            stated.remove(what);
            conflicts.remove(what);
        }
        if (before != null) {
            session.tell(out -> out.close(before.id));
        }
    }

    private void state(Neighbours.What what, int flags, int restored, Round round) {
        int number = ++numbers;
        stated.put(what, new Statement(number, flags));
        expect(number, refusal -> refused(what, refusal));
        if (round != null) {
            await(number, round);
        }
        session.tell(out -> {
            if (what.type() == Frame.SERVE) {
                out.serve(number, what.text());
            } else {
                out.subscribe(number, flags | restored, what.text());
            }
        });
    }

    private void refused(Neighbours.What what, Refusal refusal) {
        if (refusal != null && refusal.code() == Frame.CONFLICT) {
            conflicts.add(what);
        } else {
            warn(what.text(), refusal);
        }
    }

    private void warn(Object what, Refusal refusal) {
        if (refusal != null) {
            session.router().warn((above ? "the router above" : "router '" + session.identity() + "'") + " refuses '" + what + "': "
                    + refusal.getMessage());
        }
    }

    private void expect(int number, Consumer<Refusal> then) {
        unanswered.computeIfAbsent(number, n -> new ArrayList<>(2)).add(then);
    }

    private void await(int number, Round round) {
        round.expect();
        expect(number, refusal -> round.answered(above && refusal != null && refusal.code() == Frame.CONFLICT ? refusal : null));
    }

    /** @param value null if the key is removed */
    void put(Name key, byte[] value, int flags, Round round) {
        if (!listening) {
            return;
        }
        int number = ++numbers;
        putting.merge(key, 1, Integer::sum);
        expect(number, refusal -> {
            putting.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
            warn(key, refusal);
        });
        session.tell(out -> out.put(number, flags, key.toString(), value == null ? NOTHING : value));
        if (round != null) {
            int sync = ++numbers;
            await(sync, round);
            session.tell(out -> out.sync(sync, 0));
        }
    }

    /** Whether what comes from it is older than what is here. */
    boolean behind(Name key) {
        return above && putting.containsKey(key);
    }

    void saidAll() {
        if (listening) {
            int number = ++numbers;
            session.tell(out -> out.sync(number, Frame.RESTORED_ALL));
        }
    }

    void answered(int number, Refusal refusal) {
        List<Consumer<Refusal>> those = unanswered.remove(number);
        if (those != null) {
            those.forEach(one -> one.accept(refusal));
        }
    }

    /** Tries again what was refused since the name was served beyond. */
    void tick() {
        List<Neighbours.What> again = List.copyOf(conflicts);
        conflicts.clear();
        again.forEach(what -> state(what, stated.get(what).flags, 0, null));
    }
}
