package io.anole.provider.tcp.internal;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.provider.LinkListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Connects a link to its router again and again, looks whether the router lives, and brings back the session. Belongs to
 * the event loop.
 */
final class Connection {
    private final TcpLink link;
    private final Settings settings;
    private final LinkListener listener;
    private final EventLoop loop;
    private final Way way;
    private SessionId session = SessionId.NONE;
    private Attempt current;
    private int failures;
    private String told;
    private volatile boolean up;

    /** How to reach a router. */
    interface Way {
        /**
         * @param turn   counts the attempts
         * @param open   makes who hears the connection when it is there
         * @param failed hears why it can't be had
         */
        void connect(int turn, Function<Pipe, Peer> open, Consumer<String> failed);
    }

    Connection(TcpLink link, Settings settings, LinkListener listener, EventLoop loop, Way way) {
        this.link = link;
        this.settings = settings;
        this.listener = listener;
        this.loop = loop;
        this.way = way;
    }

    boolean up() {
        return up;
    }

    void connect() {
        if (link.closed()) {
            return;
        }
        way.connect(failures, pipe -> {
            Attempt attempt = new Attempt(pipe);
            if (link.closed()) {
                pipe.close();
                return attempt;
            }
            current = attempt;
            attempt.hello();
            return attempt;
        }, this::failed);
    }

    private void failed(String why) {
        if (link.closed()) {
            return;
        }
        if (!why.equals(told)) {
            told = why;
            listener.down(why);
        }
        loop.schedule(this::connect, settings.backoff().after(failures++).toMillis(), TimeUnit.MILLISECONDS);
    }

    void close() {
        if (current != null) {
            current.farewell();
            current = null;
        }
        up = false;
    }

    /** One connection. */
    private final class Attempt extends ClientEnd {
        Attempt(Pipe pipe) {
            super(pipe, settings.bus(), loop);
        }

        void hello() {
            out.hello(session, link.received(), settings.identity(), settings.bus(), settings.token(), settings.presence());
            begin();
        }

        @Override
        void welcome(int flags, SessionId id) {
            session = id;
            link.attach(out, (flags & Frame.RESUMED) != 0, (flags & Frame.PRESENCE_LOST) != 0).thenRun(this::restored);
            link.send();
        }

        private void restored() {
            if (over()) {
                return;
            }
            failures = 0;
            told = null;
            up = true;
            listener.up(out.pipe().where());
        }

        @Override
        void frame(byte type, ByteBuf in) {
            link.frame(type, in);
        }

        @Override
        void tick(long now) {
            link.tick(now);
        }

        @Override
        public void turnOver() {
            super.turnOver();
            link.send();
        }

        @Override
        public void writable() {
            // what could not be written was dropped, or is held back by its publisher
        }

        @Override
        void lost(String why) {
            end();
            if (current != this) {
                return;
            }
            current = null;
            up = false;
            String text = "lost " + out.pipe().where() + ": " + why;
            link.detach(new LinkLost(text));
            failed(text);
        }

        private void farewell() {
            out.bye(Frame.CLOSED, "");
            end();
        }
    }
}
