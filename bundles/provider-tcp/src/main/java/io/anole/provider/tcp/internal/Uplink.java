package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links this router to the one above it: a client of both, which passes on what each says. It keeps each message until the
 * router it went to has delivered it, and only then tells that to the one it came from; so what was published is its
 * publisher's to send again, over how many routers it may go. When the connection above is lost it leaves this router as well: so each
 * keeps for the other what it keeps for any client that is away. Belongs to the event loop.
 */
final class Uplink {
    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);
    private static final int ANSWER_MS = 5_000;
    private static final int LOOK_MS = 100;

    private final UplinkSettings settings;
    private final String bus;
    private final Router router;
    private final EventLoop loop;
    private final Connection.Way way;
    private final Store store;
    private final Side above = new Side();
    private final Side below = new Side();
    private int failures;
    private String told;
    private boolean closed;
    private boolean both;
    private Loopback inner;

    /** @param store keeps the session above over a restart; may be null */
    Uplink(UplinkSettings settings, String bus, Router router, EventLoop loop, Connection.Way way, Store store) {
        this.settings = settings;
        this.bus = bus;
        this.router = router;
        this.loop = loop;
        this.way = way;
        this.store = store;
        if (store != null) {
            above.session = store.session();
        }
        above.other = below;
        below.other = above;
        loop.scheduleAtFixedRate(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** A message that went from one side to the other, and is not delivered there yet. */
    private static final class Passing {
        private final long token;
        private final int of;
        private final byte[] block;
        private final int flags;
        private final long expires;
        private final long since = System.nanoTime();
        private boolean accepted;

        /** @param of the session that the token belongs to, as the side it comes from counts them */
        Passing(long token, int of, byte[] block, int flags, long expires) {
            this.token = token;
            this.of = of;
            this.block = block;
            this.flags = flags;
            this.expires = expires;
        }

        private long left(long now) {
            return expires == Message.NEVER ? 0 : Math.max(1, expires - now);
        }
    }

    private record Asked(long number, long until) {
    }

    /** One of the two routers, as a client sees it. */
    private final class Side {
        private Side other;
        private Line line;
        private SessionId session = SessionId.NONE;
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
        /** What is registered here, by what it is: the number that it always has. */
        private final Map<String, Integer> numbers = new HashMap<>();
        /** Of what the other side has asked for, by its number there: what it is; and the other way round. */
        private final Map<Integer, String> stated = new HashMap<>();
        private final Map<String, Integer> newest = new HashMap<>();
        /** Numbers here that wait for an answer, and what they are there. */
        private final Map<Integer, Integer> asked = new HashMap<>();
        private final Map<Long, Asked> calls = new HashMap<>();
        /** Keys that were put here last by the other side, and whether they end with it. */
        private final Map<String, Boolean> keys = new HashMap<>();
        private final Set<String> unconfirmed = new LinkedHashSet<>();
        private boolean saidAll;
        /** The numbers of a former start of this router may be in use still. */
        private int last = ThreadLocalRandom.current().nextInt(1 << 30);
        private long lastCall;

        private Out out() {
            return line.out;
        }

        // Messages that come from this side

        void deliver(long token, int subscription, byte[] block) {
            received = Math.max(received, token);
            long life = Block.lifeOf(block);
            int flags = subscription == 0 ? 0 : subscription == Frame.TO_KEEP ? Frame.KEPT : Frame.KEPT | Frame.REPLAY;
            Passing one = new Passing(token, epoch, block, flags, life == 0 ? Message.NEVER : System.nanoTime() + life);
            if (token != 0) {
                other.publish(one);
            } else if (both && other.out().pipe().writable()) {
                other.out().publish(0, flags & ~Frame.REPLAY, block, life);
            } else {
                router.dropped(Drop.OVERFLOW, 1);
            }
        }

        void publish(Passing one) {
            long token = base + kept.add(one);
            sent++;
            if (both) {
                out().publish(token, one.flags, one.block, one.left(System.nanoTime()));
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

        /** Tells this side which names the other takes no more of for now. */
        private void hold(long now) {
            Set<String> full = new HashSet<>();
            other.kept.forEach(0, (token, one) -> {
                if (!one.accepted && now - one.since > LOOK_MS * 1_000_000L) {
                    full.add(names.of(one.block));
                }
            });
            held.stream().filter(name -> !full.contains(name)).forEach(name -> out().hold(false, name));
            full.stream().filter(name -> !held.contains(name)).forEach(name -> out().hold(true, name));
            held.clear();
            held.addAll(full);
        }

        // The session

        void welcome(boolean again, SessionId id) {
            session = id;
            resumed = again;
            if (!again) {
                epoch++;
                received = 0;
                if (store != null && this == above) {
                    store.session(id);
                }
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
            long now = System.nanoTime();
            saidAll = false;
            stated.clear();
            newest.clear();
            held.clear();
            unconfirmed.clear();
            unconfirmed.addAll(keys.keySet());
            accepted.clear();
            delivered.clear();
            kept.forEach(0, (token, one) -> out().publish(base + token, one.flags, one.block, one.left(now)));
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
            out().sync(++last, Frame.LISTENS);
        }

        private void addDelivered(long from, long to) {
            for (long first = from; first <= to; first += Integer.MAX_VALUE) {
                delivered.add(first, Math.min(to, first + Integer.MAX_VALUE - 1));
            }
        }

        void end() {
            if (line != null) {
                line.end();
                line = null;
            }
            asked.clear();
            calls.clear();
        }

        void flush() {
            if (!accepted.isEmpty()) {
                out().ranges(Frame.ACCEPTED, accepted);
            }
            if (!delivered.isEmpty()) {
                out().ranges(Frame.DELIVERED, delivered);
            }
            out().flush();
        }

        // What the other side says is said here

        void subscribe(int there, int flags, String pattern) {
            int lasting = flags & ~Frame.RESTORED;
            int number = register(there, "subscribe " + lasting + " " + pattern);
            out().subscribe(number, resumed ? lasting : flags, pattern);
        }

        void serve(int there, String name) {
            out().serve(register(there, "serve " + name), name);
        }

        private int register(int there, String what) {
            int number = numbers.computeIfAbsent(what, w -> ++last);
            stated.put(there, what);
            newest.put(what, there);
            asked.put(number, there);
            return number;
        }

        void close(int there) {
            String what = stated.remove(there);
            if (what != null && newest.remove(what, there)) {
                out().close(numbers.remove(what));
            }
        }

        void put(int there, int flags, String key, byte[] value) {
            if ((flags & Frame.RESTORED) == 0) {
                unconfirmed.remove(key);
                other.keys.remove(key);
                other.unconfirmed.remove(key);
                if ((flags & Frame.REMOVE) == 0) {
                    keys.put(key, (flags & Frame.EPHEMERAL) != 0);
                } else {
                    keys.remove(key);
                }
            }
            asked.put(++last, there);
            out().put(last, flags, key, value);
        }

        void sync(int there) {
            asked.put(++last, there);
            out().sync(last, 0);
        }

        /** Both have said all: what neither has said again is over. */
        void settle() {
            unconfirmed.forEach(key -> {
                boolean ephemeral = keys.remove(key);
                out().put(++last, Frame.REMOVE | (ephemeral ? Frame.EPHEMERAL : 0), key, new byte[0]);
            });
            unconfirmed.clear();
            numbers.keySet().retainAll(newest.keySet());
            out().sync(++last, Frame.RESTORED_ALL);
        }

        void request(long number, int millis, byte[] block) {
            if (!both) {
                other.out().failure(number, Frame.LINK_LOST, "", "the router beyond the uplink is not connected", "");
                return;
            }
            calls.put(++lastCall, new Asked(number, System.nanoTime() + 2 * TimeUnit.MILLISECONDS.toNanos(Math.max(0, millis))));
            out().request(lastCall, millis, block);
        }

        void frame(byte type, ByteBuf in) {
            switch (type) {
                case Frame.DELIVER -> {
                    long token = in.readLong();
                    int subscription = in.readInt();
                    deliver(token, subscription, TcpLink.rest(in));
                }
                case Frame.ACCEPTED -> Ranges.read(in, this::accepted);
                case Frame.DELIVERED -> Ranges.read(in, this::delivered);
                case Frame.REJECTED -> {
                    long token = in.readLong();
                    in.readByte();
                    rejected(token, Out.text(in));
                }
                case Frame.REQUEST -> {
                    long number = in.readLong();
                    int millis = in.readInt();
                    other.request(number, millis, TcpLink.rest(in));
                }
                case Frame.RESPONSE -> {
                    Asked call = calls.remove(in.readLong());
                    if (call != null && both) {
                        other.out().response(call.number, in);
                    }
                }
                case Frame.OK -> answered(in.readInt(), null);
                case Frame.REFUSED -> {
                    int number = in.readInt();
                    int code = in.readByte();
                    answered(number, new Refusal(code, Out.text(in)));
                }
                case Frame.SUBSCRIBE -> {
                    int number = in.readInt();
                    int flags = in.readByte();
                    other.subscribe(number, flags, Out.text(in));
                }
                case Frame.SERVE -> other.serve(in.readInt(), Out.text(in));
                case Frame.CLOSE -> other.close(in.readInt());
                case Frame.PUT -> {
                    int number = in.readInt();
                    int flags = in.readByte();
                    String key = Out.text(in);
                    other.put(number, flags, key, TcpLink.rest(in));
                }
                case Frame.SYNC -> {
                    int number = in.readInt();
                    if ((in.readByte() & Frame.RESTORED_ALL) == 0) {
                        other.sync(number);
                    } else {
                        saidAll();
                    }
                }
                case Frame.ROUTER -> {
                    in.readLong();
                    line.path(in);
                }
                case Frame.PING -> { }
                default -> throw new Violation("a frame of the unknown type " + type);
            }
        }

        private void answered(int number, Refusal refusal) {
            Integer there = asked.remove(number);
            if (there == null) {
                return;
            }
            if (refusal == null) {
                other.out().ok(there);
            } else {
                other.out().refused(there, refusal.code(), refusal.getMessage());
            }
        }

        private void saidAll() {
            saidAll = true;
            if (other.saidAll) {
                settle();
                other.settle();
            }
        }
    }

    /** One connection to one side. */
    private final class Line implements Peer {
        private final Side side;
        private final Out out;
        private ScheduledFuture<?> beat;
        private long heard = System.nanoTime();
        private int heartbeat;
        private boolean ready;
        private boolean over;

        Line(Side side, Pipe pipe) {
            this.side = side;
            this.out = new Out(pipe);
        }

        void begin() {
            boolean up = side == above;
            out.hello(side.session, side.received, settings.identity(), up ? settings.token() : settings.own(), up ? Frame.BELOW : Frame.ABOVE,
                    router.incarnation());
            out.flush();
            beat = loop.schedule(() -> lost("no answer within " + ANSWER_MS + " ms"), ANSWER_MS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void frame(ByteBuf frame) {
            if (over) {
                return;
            }
            heard = System.nanoTime();
            try {
                byte type = frame.readByte();
                if (type == Frame.BYE) {
                    frame.readByte();
                    lost(Out.text(frame));
                } else if (ready) {
                    side.frame(type, frame);
                } else if (type == Frame.WELCOME && heartbeat == 0) {
                    welcome(frame);
                } else if (type == Frame.ROUTER && heartbeat != 0) {
                    side.highest(frame.readLong());
                    path(frame);
                    ready();
                } else {
                    throw new Violation("the first frames are not WELCOME and ROUTER");
                }
            } catch (Violation e) {
                broken(e.getMessage());
            } catch (IndexOutOfBoundsException e) {
                broken("a frame that ends early");
            } catch (RuntimeException e) {
                LOG.error("bus '{}': a frame from {} could not be handled", bus, out.pipe().where(), e);
                broken("the uplink failed: " + e);
            }
        }

        private void welcome(ByteBuf in) {
            int version = in.readUnsignedShort();
            if (version != Frame.VERSION) {
                throw new Violation(Frame.BAD_VERSION, "it speaks version " + version + " of the protocol, this router " + Frame.VERSION);
            }
            int flags = in.readByte();
            in.readLong();
            side.welcome((flags & Frame.RESUMED) != 0, new SessionId(in.readLong(), in.readLong()));
            heartbeat = Math.max(1, in.readInt());
            beat.cancel(false);
            beat = loop.scheduleAtFixedRate(this::beat, heartbeat, heartbeat, TimeUnit.MILLISECONDS);
        }

        /** Which routers are above this one now. */
        private void path(ByteBuf in) {
            if (side == below) {
                return;
            }
            List<Long> ids = new ArrayList<>();
            while (in.isReadable()) {
                ids.add(in.readLong());
            }
            if (router.loops(ids)) {
                lost("that would close a loop: the router there is linked, over others, to this one (uplink)");
            } else {
                router.above(ids);
            }
        }

        private void ready() {
            if (over) {
                return;
            }
            ready = true;
            if (side == above) {
                inner = Loopback.open(router, loop, "the router below the uplink", out.pipe()::writable, pipe -> open(below, pipe));
                return;
            }
            both = true;
            failures = 0;
            told = null;
            LOG.info("router of bus '{}': linked to {}", bus, above.out().pipe().where());
            above.begin();
            below.begin();
            flush();
        }

        private void beat() {
            long now = System.nanoTime();
            long silent = TimeUnit.NANOSECONDS.toMillis(now - heard);
            if (silent > 3L * heartbeat) {
                lost("nothing came from it for " + silent + " ms");
                return;
            }
            if (!out.wrote()) {
                out.ping();
                out.flush();
                out.wrote();
            }
        }

        @Override
        public void turnOver() {
            flush();
        }

        @Override
        public void writable() {
            if (side == above && inner != null) {
                inner.roomAgain();
            }
        }

        @Override
        public void broken(String why) {
            out.bye(Frame.VIOLATION, why);
            lost("what comes from it can't be read: " + why);
        }

        @Override
        public void progress() {
            heard = System.nanoTime();
        }

        @Override
        public void gone(String why) {
            lost(why);
        }

        private void lost(String why) {
            if (!over) {
                String where = settings.urls().get(failures % settings.urls().size()).text();
                Uplink.this.lost((side == above ? where : "this router") + ": " + why);
            }
        }

        private void end() {
            over = true;
            if (beat != null) {
                beat.cancel(false);
            }
            out.flush();
            out.pipe().close();
        }
    }

    void start() {
        if (!closed) {
            way.connect(failures, pipe -> open(above, pipe), this::lost);
        }
    }

    private Line open(Side side, Pipe pipe) {
        Line line = new Line(side, pipe);
        if (closed) {
            pipe.close();
            return line;
        }
        side.line = line;
        line.begin();
        return line;
    }

    private void lost(String why) {
        if (closed) {
            return;
        }
        leave();
        if (!why.equals(told)) {
            told = why;
            LOG.warn("router of bus '{}': no uplink: {}; it goes on alone, and tries again", bus, why);
        }
        long delay = Math.min(settings.reconnectMax(), settings.reconnectMin() << Math.min(failures, 20));
        failures++;
        long jittered = delay - (long) (delay * 0.3 * ThreadLocalRandom.current().nextDouble());
        loop.schedule(this::start, jittered, TimeUnit.MILLISECONDS);
    }

    private void leave() {
        both = false;
        inner = null;
        above.end();
        below.end();
        router.above(List.of());
    }

    private void flush() {
        if (both) {
            above.flush();
            below.flush();
        } else if (above.line != null) {
            above.out().flush();
        }
    }

    private void look() {
        if (!both) {
            return;
        }
        long now = System.nanoTime();
        above.hold(now);
        below.hold(now);
        above.calls.values().removeIf(one -> now - one.until > 0);
        below.calls.values().removeIf(one -> now - one.until > 0);
        flush();
    }

    /** Ends it, and its session above unless that can be taken up again. */
    void close() {
        if (!closed) {
            if (above.line != null && store == null) {
                above.out().bye(Frame.CLOSED, "");
            }
            leave();
            closed = true;
        }
    }
}
