package io.anole.provider.tcp.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.PatternIndex;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * The subscriptions of a link. The router sends each message once, and here it is handed to all that match; it is
 * acknowledged when each of them has taken it. A full one is told to the router, which then sends no more of that name.
 */
final class Hearers {
    /** Messages of one name that wait for room before the router is told. */
    private static final int MOST_WAITING = 128;
    /** Messages that one subscription may be given before it has taken one of them. */
    private static final int MOST_GIVEN = 512;
    /** How often it is looked whether any of what waits is taken. */
    private static final int LOOK_MS = 100;

    private final TcpLink link;
    private final Wire wire;
    private final LinkListener listener;
    private final Map<Integer, Hearer> hearers = new LinkedHashMap<>();
    private final PatternIndex<Hearer> patterns = new PatternIndex<>();
    private final Block.Cache<Flow> flows = new Block.Cache<>(this::flow);
    private final Receipts taken = new Receipts();
    private boolean timing;
    /** Those that have been handed messages in this turn. */
    private final List<Hearer> busy = new ArrayList<>();
    private final TreeMap<Long, Arrived> open = new TreeMap<>();
    private final Map<Name, Waiting> waiting = new HashMap<>();
    private boolean looking;
    private Out out;
    private long received;
    private int epoch;

    Hearers(TcpLink link, Wire wire, LinkListener listener) {
        this.link = link;
        this.wire = wire;
        this.listener = listener;
    }

    /** What of one name waits for room in a subscription. */
    private static final class Waiting {
        private int count;
        /** The router has been told. */
        private boolean told;
        /** None of it was taken since this was looked at last. */
        private boolean stuck;
    }

    private record Flow(Block.Address address, Hearer[] hearers) {
    }

    private record Given(Message message, Arrived arrived) {
    }

    /** A message, or several that came together, that not all have taken yet. */
    private final class Arrived {
        private final Name name;
        private final long token;
        private final int size;
        private final int count;
        private final int of;
        private int missing;
        private boolean counted;

        Arrived(Name name, long token, int size, int count) {
            this.name = name;
            this.token = token;
            this.size = size;
            this.count = count;
            this.of = epoch;
        }

        void taken() {
            if (--missing > 0 || !counted) {
                return;
            }
            Waiting those = waiting.get(name);
            if (those != null) {
                those.stuck = false;
                those.count -= count;
                if (those.count == 0) {
                    waiting.remove(name);
                    if (those.told && out != null) {
                        out.hold(false, name.toString());
                    }
                }
            }
            if (token != 0 && of == epoch) {
                open.remove(token);
                acknowledge(this);
            }
        }
    }

    private final class Hearer extends Registered {
        private final Pattern pattern;
        private final int flags;
        private final MessageHandler handler;
        private final ArrayDeque<Given> queue = new ArrayDeque<>(1);
        private int given;
        /** A stage that was seen to be done: it is mostly the same one. */
        private CompletionStage<Void> done;
        /** It is among those that have been handed something in this turn. */
        private boolean handed;

        Hearer(int id, Pattern pattern, int flags, MessageHandler handler) {
            super(id);
            this.pattern = pattern;
            this.flags = flags;
            this.handler = handler;
        }

        void give(Message message, Arrived arrived) {
            arrived.missing++;
            if (given >= MOST_GIVEN || !queue.isEmpty()) {
                queue.add(new Given(message, arrived));
            } else {
                hand(message, arrived);
            }
        }

        private void hand(Message message, Arrived arrived) {
            if (over()) {
                arrived.taken();
                return;
            }
            if (!handed) {
                handed = true;
                busy.add(this);
            }
            CompletionStage<Void> stage = handler.acceptSome(message);
            if (stage == done || isDone(stage)) {
                arrived.taken();
                return;
            }
            given++;
            stage.whenComplete((nothing, refused) -> link.run(() -> {
                given--;
                arrived.taken();
                while (given < MOST_GIVEN && !queue.isEmpty()) {
                    Given next = queue.poll();
                    hand(next.message, next.arrived);
                }
            }));
        }

        private boolean isDone(CompletionStage<Void> stage) {
            if (!stage.toCompletableFuture().isDone()) {
                return false;
            }
            done = stage;
            return true;
        }

        @Override
        void ask(Out to, boolean restoring) {
            to.subscribe(id, flags | (wasReady() ? Frame.RESTORED : 0), pattern.toString());
        }

        @Override
        void forget() {
            hearers.remove(id);
            patterns.remove(pattern, this);
            flows.clear();
            while (!queue.isEmpty()) {
                queue.poll().arrived.taken();
            }
        }
    }

    Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        int flags = (qos.reliability() == Qos.Reliability.RELIABLE ? Frame.RELIABLE : 0)
                | (qos.durability() == Qos.Durability.TRANSIENT_LOCAL ? Frame.KEPT : 0);
        Hearer hearer = new Hearer(link.number(), pattern, flags, handler);
        return link.register(hearer, () -> {
            hearers.put(hearer.id, hearer);
            patterns.add(pattern, hearer);
            flows.clear();
        });
    }

    private Flow flow(Block.Address address) {
        List<Hearer> found = new ArrayList<>();
        patterns.match(address.name(), found::add);
        return new Flow(address, found.toArray(Hearer[]::new));
    }

    void deliver(long token, int subscription, ByteBuffer in) {
        received = Math.max(received, token);
        int size = in.remaining();
        Flow flow = flows.read(in);
        Arrived arrived = new Arrived(flow.address.name(), token, size, 1);
        arrived.missing = 1;
        Hearer only = subscription == 0 ? null : hearers.get(subscription);
        if (subscription == 0) {
            give(flow, flow.hearers, in, true, arrived);
        } else if (only != null) {
            give(flow, new Hearer[] {only}, in, true, arrived);
        }
        given(arrived);
    }

    /** Several of one address; they are acknowledged together, when all have been taken. */
    void deliverMany(long token, ByteBuffer in) {
        received = Math.max(received, token);
        int size = in.remaining();
        Flow flow = flows.read(in);
        int count = in.getShort() & 0xFFFF;
        Arrived arrived = new Arrived(flow.address.name(), token, size, count);
        arrived.missing = 1;
        int all = in.limit();
        for (int i = 0; i < count; i++) {
            int length = Block.lengthOfOne(in);
            int next = in.position() + length;
            give(flow, flow.hearers, in.limit(next), false, arrived);
            in.limit(all).position(next);
        }
        given(arrived);
    }

    private void give(Flow flow, Hearer[] to, ByteBuffer in, boolean alone, Arrived arrived) {
        if (to.length == 0) {
            return;
        }
        try {
            Message message = wire.message(flow.address, in, alone, out.clock());
            for (Hearer hearer : to) {
                hearer.give(message, arrived);
            }
        } catch (BadShape e) {
            listener.dropped(Drop.MALFORMED, 1);
            link.malformed(flow.address.name(), e.getMessage());
        }
    }

    private void given(Arrived arrived) {
        if (--arrived.missing > 0) {
            await(arrived);
        } else if (arrived.token != 0) {
            acknowledge(arrived);
        }
    }

    private void await(Arrived arrived) {
        arrived.counted = true;
        if (arrived.token != 0) {
            open.put(arrived.token, arrived);
        }
        Waiting those = waiting.computeIfAbsent(arrived.name, name -> new Waiting());
        those.count += arrived.count;
        if (those.count >= MOST_WAITING) {
            tell(arrived.name, those);
        }
        if (!looking) {
            looking = true;
            link.later(this::look, LOOK_MS);
        }
    }

    /** Where nothing goes on the router is told even if not many wait: they may be large. */
    private void look() {
        waiting.forEach((name, those) -> {
            if (those.stuck) {
                tell(name, those);
            }
            those.stuck = true;
        });
        looking = !waiting.isEmpty();
        if (looking) {
            link.later(this::look, LOOK_MS);
        }
    }

    private void tell(Name name, Waiting those) {
        if (!those.told && out != null) {
            those.told = true;
            out.hold(true, name.toString());
        }
    }

    private void acknowledge(Arrived arrived) {
        if (out != null) {
            taken.add(arrived.token, arrived.count, arrived.size);
        }
    }

    /** A turn is over: what came in it is handled. */
    void rest() {
        for (Hearer hearer : busy) {
            hearer.handed = false;
            hearer.handler.rest();
        }
        busy.clear();
    }

    /** Tells what was taken, or lets it wait a moment if nothing else is sent. */
    void flush() {
        if (out == null || taken.isEmpty()) {
            return;
        }
        if (taken.due() || out.isPending()) {
            taken.write(out);
        } else if (!timing) {
            timing = true;
            link.later(() -> {
                timing = false;
                taken.hurry();
            }, Receipts.MOMENT_MS);
        }
    }

    long received() {
        return received;
    }

    /** Before registrations are told. */
    void attach(Out to, boolean resumed) {
        out = to;
        taken.clear();
        waiting.values().forEach(those -> those.told = false);
        if (!resumed) {
            epoch++;
            open.clear();
            received = 0;
            return;
        }
        // What was acknowledged may not have come through; all but what is open was.
        long from = 1;
        for (long token : open.keySet()) {
            taken.addAll(from, token - 1);
            from = token + 1;
        }
        for (; from <= received; from += Integer.MAX_VALUE) {
            taken.addAll(from, Math.min(received, from + Integer.MAX_VALUE - 1));
        }
    }

    void detach() {
        out = null;
    }
}
