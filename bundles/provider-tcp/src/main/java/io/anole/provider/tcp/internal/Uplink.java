package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
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

    private UplinkSettings settings;
    private final String bus;
    private final Router router;
    private final EventLoop loop;
    private Connection.Way way;
    private final Store store;
    private final UplinkSide above;
    private final UplinkSide below;
    private final ScheduledFuture<?> looking;
    /** Null while there is none. */
    private Line up;
    private Line down;
    private boolean both;
    private Loopback inner;
    private int failures;
    private String told;
    private boolean closed;

    /** @param store keeps the session above over a restart; may be null */
    Uplink(UplinkSettings settings, String bus, Router router, EventLoop loop, Connection.Way way, Store store) {
        this.settings = settings;
        this.bus = bus;
        this.router = router;
        this.loop = loop;
        this.way = way;
        this.store = store;
        this.above = new UplinkSide(router, store == null ? SessionId.NONE : store.session());
        this.below = new UplinkSide(router, SessionId.NONE);
        UplinkSide.join(above, below);
        looking = loop.scheduleAtFixedRate(this::look, UplinkSide.LOOK_MS, UplinkSide.LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** One connection to one side: it is of use when WELCOME and ROUTER have come. */
    private abstract class Line extends ClientEnd {
        private final UplinkSide side;
        private boolean ready;

        Line(UplinkSide side, Pipe pipe) {
            super(pipe, bus, loop);
            this.side = side;
        }

        abstract void path(ByteBuf in);

        abstract void ready();

        final void hello(String secret, int direction) {
            side.open(out);
            out.hello(side.session(), side.received(), settings.identity(), secret, direction, router.incarnation());
            begin();
        }

        @Override
        void welcome(int flags, SessionId session) {
            side.welcome((flags & Frame.RESUMED) != 0, session);
        }

        @Override
        final void frame(byte type, ByteBuf in) {
            if (type == Frame.ROUTER) {
                long highest = in.readLong();
                if (!ready) {
                    side.highest(highest);
                }
                path(in);
                if (!ready && !over()) {
                    ready = true;
                    ready();
                }
            } else if (ready) {
                side.frame(type, in);
            } else {
                throw new Violation("the first frames are not WELCOME and ROUTER");
            }
        }

        @Override
        final void tick(long now) {
            // what depends on time is looked at for both sides together
        }

        @Override
        public final void turnOver() {
            super.turnOver();
            flush();
        }
    }

    /** To the router above. */
    private final class Up extends Line {
        Up(Pipe pipe) {
            super(above, pipe);
        }

        @Override
        void welcome(int flags, SessionId session) {
            super.welcome(flags, session);
            if (store != null && (flags & Frame.RESUMED) == 0) {
                store.session(session);
            }
        }

        /** Which routers are above this one now. */
        @Override
        void path(ByteBuf in) {
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

        @Override
        void ready() {
            inner = Loopback.open(router, loop, "the router below the uplink", out.pipe()::writable, pipe -> {
                down = new Down(pipe);
                down.hello("", Frame.ABOVE);
                return down;
            });
        }

        @Override
        public void writable() {
            if (inner != null) {
                inner.roomAgain();
            }
        }

        @Override
        void lost(String why) {
            Uplink.this.lost(settings.urls().get(failures % settings.urls().size()).text() + ": " + why);
        }
    }

    /** To this router. */
    private final class Down extends Line {
        Down(Pipe pipe) {
            super(below, pipe);
        }

        @Override
        void path(ByteBuf in) {
            // this router knows its own
        }

        @Override
        void ready() {
            both = true;
            failures = 0;
            told = null;
            LOG.info("router of bus '{}': linked to {}", bus, up.out.pipe().where());
            above.begin();
            below.begin();
            flush();
        }

        @Override
        public void writable() {
            // it takes what is sent to it
        }

        @Override
        void lost(String why) {
            Uplink.this.lost("this router: " + why);
        }
    }

    /** Goes on by another way; what has not gone above yet goes by that, if it leads to the same router. */
    void configure(UplinkSettings to, Connection.Way by) {
        settings = to;
        way = by;
        if (up != null) {
            leave();
            failures = 0;
            start();
        }
    }

    void start() {
        if (!closed) {
            Connection.Way by = way;
            by.connect(failures, pipe -> open(pipe, by), this::lost);
        }
    }

    private Line open(Pipe pipe, Connection.Way by) {
        Line line = new Up(pipe);
        if (closed || by != way) {
            pipe.close();
        } else {
            up = line;
            line.hello(settings.token(), Frame.BELOW);
        }
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
        loop.schedule(this::start, settings.backoff().after(failures++).toMillis(), TimeUnit.MILLISECONDS);
    }

    private void leave() {
        both = false;
        inner = null;
        above.end();
        below.end();
        if (up != null) {
            up.end();
            up = null;
        }
        if (down != null) {
            down.end();
            down = null;
        }
        router.above(List.of());
    }

    private void flush() {
        if (both) {
            above.flush();
            below.flush();
        } else if (up != null) {
            up.out.flush();
        }
    }

    private void look() {
        if (both) {
            long now = System.nanoTime();
            above.look(now);
            below.look(now);
            flush();
        }
    }

    /** Ends it, and its session above unless that can be taken up again. */
    void close() {
        if (!closed) {
            if (up != null && store == null) {
                up.out.bye(Frame.CLOSED, "");
            }
            leave();
            looking.cancel(false);
            closed = true;
        }
    }
}
