package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One of the two routers that an uplink joins, as a client of it sees it: the session, what is under way to it, and its
 * frames, which become the other one's. Belongs to the event loop.
 */
final class UplinkSide {
    /** How often it is looked at. */
    static final int LOOK_MS = 100;

    private final Router router;
    private UplinkSide other;
    /** Null while there is no connection. */
    private Out out;
    /** Both sides are there. */
    private boolean joined;
    private SessionId session;
    private boolean resumed;
    private int epoch;
    private long received;
    /** What tokens begin after, and how many were given. */
    private long base;
    private long sent;
    /** What was published here. */
    private final Ring<Passing> kept = new Ring<>();
    private final Ranges accepted = new Ranges();
    private final Ranges delivered = new Ranges();
    private final Block.Cache<String> names = new Block.Cache<>(address -> address.name().toString());
    private final Set<String> held = new HashSet<>();
    private final Claims claims = new Claims();
    private final Map<Long, Asked> calls = new HashMap<>();
    private long lastCall;

    /** @param router where this uplink is, for its counters */
    UplinkSide(Router router, SessionId session) {
        this.router = router;
        this.session = session;
    }

    /** A message, or several together, that went from one side to the other, and is not delivered there yet. */
    private static final class Passing {
        private final long token;
        private final int of;
        private final byte[] block;
        private final boolean many;
        private final int flags;
        private final long expires;
        private final long since = System.nanoTime();
        private boolean accepted;

        /** @param of of the session that the token belongs to, as the side it comes from counts them */
        Passing(long token, int of, byte[] block, boolean many, int flags, long expires) {
            this.token = token;
            this.of = of;
            this.block = block;
            this.many = many;
            this.flags = flags;
            this.expires = expires;
        }

        private void publish(Out to, long as) {
            if (many) {
                to.publishMany(as, block, block.length);
            } else {
                to.publish(as, flags, block, to.left(expires));
            }
        }
    }

    private record Asked(long number, long until) {
    }

    static void join(UplinkSide one, UplinkSide other) {
        one.other = other;
        other.other = one;
        one.claims.other(other.claims);
        other.claims.other(one.claims);
    }

    // The session

    SessionId session() {
        return session;
    }

    long received() {
        return received;
    }

    /** There is a connection. */
    void open(Out out) {
        this.out = out;
        claims.open(out);
    }

    void welcome(boolean again, SessionId id) {
        session = id;
        resumed = again;
        if (!again) {
            epoch++;
            received = 0;
        }
    }

    /** @param highest what this side has had of the session */
    void highest(long highest) {
        if (resumed && highest > base + sent) {
            base = highest - sent;
        }
    }

    /** Both are there: what was under way goes on. */
    void begin() {
        joined = true;
        claims.begin();
        held.clear();
        accepted.clear();
        delivered.clear();
        kept.forEach(0, (token, one) -> one.publish(out, base + token));
        // What was acknowledged may not have come through; all but what is under way was.
        long[] from = {1};
        other.kept.forEach(0, (token, one) -> {
            if (one.of == epoch) {
                addDelivered(from[0], one.token - 1);
                from[0] = one.token + 1;
                if (one.accepted) {
                    accepted.add(one.token);
                }
            }
        });
        addDelivered(from[0], received);
        claims.listen();
    }

    private void addDelivered(long from, long to) {
        for (long first = from; first <= to; first += Integer.MAX_VALUE) {
            delivered.add(first, Math.min(to, first + Integer.MAX_VALUE - 1));
        }
    }

    void end() {
        joined = false;
        claims.end();
        calls.clear();
    }

    void flush() {
        if (!accepted.isEmpty()) {
            out.ranges(Frame.ACCEPTED, accepted);
        }
        if (!delivered.isEmpty()) {
            out.ranges(Frame.DELIVERED, delivered);
        }
        out.flush();
    }

    void look(long now) {
        hold(now);
        calls.values().removeIf(one -> now - one.until > 0);
    }

    /** Tells this side which names the other takes no more of for now. */
    private void hold(long now) {
        Set<String> full = new HashSet<>();
        other.kept.forEach(0, (token, one) -> {
            if (!one.accepted && now - one.since > TimeUnit.MILLISECONDS.toNanos(LOOK_MS)) {
                full.add(names.of(one.block));
            }
        });
        held.stream().filter(name -> !full.contains(name)).forEach(name -> out.hold(false, name));
        full.stream().filter(name -> !held.contains(name)).forEach(name -> out.hold(true, name));
        held.clear();
        held.addAll(full);
    }

    // What comes from this side

    void frame(byte type, ByteBuf in) {
        switch (type) {
            case Frame.DELIVER -> {
                long token = in.readLong();
                int subscription = in.readInt();
                deliver(token, subscription, TcpLink.rest(in));
            }
            case Frame.DELIVER_MANY -> deliverMany(in.readLong(), TcpLink.rest(in));
            case Frame.ACCEPTED -> Ranges.read(in, this::accepted);
            case Frame.DELIVERED -> Ranges.read(in, this::delivered);
            case Frame.REJECTED -> {
                long token = in.readLong();
                in.readByte();
                rejected(token, Out.text(in));
            }
            case Frame.REQUEST -> {
                long number = in.readLong();
                long expires = out.clock().expiresIn(in.readInt());
                other.request(number, expires, TcpLink.rest(in));
            }
            case Frame.RESPONSE -> {
                Asked call = calls.remove(in.readLong());
                if (call != null && joined) {
                    other.out.response(call.number, in);
                }
            }
            case Frame.OK -> claims.answered(in.readInt(), null);
            case Frame.REFUSED -> {
                int number = in.readInt();
                int code = in.readByte();
                claims.answered(number, new Refusal(code, Out.text(in)));
            }
            case Frame.SUBSCRIBE -> {
                int number = in.readInt();
                int flags = in.readByte();
                other.claims.subscribe(number, flags, Out.text(in), other.resumed);
            }
            case Frame.SERVE -> other.claims.serve(in.readInt(), Out.text(in));
            case Frame.CLOSE -> other.claims.close(in.readInt());
            case Frame.PUT -> {
                int number = in.readInt();
                int flags = in.readByte();
                String key = Out.text(in);
                other.claims.put(number, flags, key, TcpLink.rest(in));
            }
            case Frame.SYNC -> {
                int number = in.readInt();
                if ((in.readByte() & Frame.RESTORED_ALL) == 0) {
                    other.claims.sync(number);
                } else {
                    claims.saidAll();
                }
            }
            case Frame.PING -> { }
            default -> throw new Violation("a frame of the unknown type " + type);
        }
    }

    private void deliver(long token, int subscription, byte[] block) {
        received = Math.max(received, token);
        int flags = subscription == 0 ? 0 : subscription == Frame.TO_KEEP ? Frame.KEPT : Frame.KEPT | Frame.REPLAY;
        Passing one = new Passing(token, epoch, block, false, flags, out.clock().expires(Block.lifeOf(block)));
        if (token != 0) {
            other.publish(one);
        } else if (joined && other.out.pipe().writable()) {
            other.out.publish(0, flags & ~Frame.REPLAY, block, other.out.left(one.expires));
        } else {
            router.dropped(Drop.OVERFLOW, 1);
        }
    }

    private void deliverMany(long token, byte[] block) {
        Block.countOf(block);
        received = Math.max(received, token);
        if (token == 0) {
            // Not promised to come, and only what is can go on together.
            Block.split(block).forEach(one -> deliver(0, 0, one));
        } else {
            other.publish(new Passing(token, epoch, block, true, 0, Message.NEVER));
        }
    }

    private void accepted(long first, long last) {
        long end = kept.lastOf(last - base);
        for (long token = kept.firstOf(first - base); token <= end; token++) {
            Passing one = kept.get(token);
            if (one != null && !one.accepted) {
                one.accepted = true;
                if (one.of == other.epoch) {
                    other.accepted.add(one.token);
                }
            }
        }
    }

    private void delivered(long first, long last) {
        long end = kept.lastOf(last - base);
        for (long token = kept.firstOf(first - base); token <= end; token++) {
            Passing one = kept.remove(token);
            if (one != null && one.of == other.epoch) {
                other.delivered.add(one.token);
            }
        }
    }

    private void rejected(long token, String why) {
        router.warn("the uplink: " + why);
        router.dropped(Drop.FORBIDDEN, 1);
        delivered(token, token);
    }

    // What comes from the other side

    private void publish(Passing one) {
        long token = base + kept.add(one);
        sent++;
        if (joined) {
            one.publish(out, token);
        }
    }

    private void request(long number, long expires, byte[] block) {
        if (!joined) {
            other.out.failure(number, Frame.LINK_LOST, "", "the router beyond the uplink is not connected", "");
            return;
        }
        calls.put(++lastCall, new Asked(number, expires + RouterCalls.GRACE));
        out.request(lastCall, out.millisLeft(expires), block);
    }
}
