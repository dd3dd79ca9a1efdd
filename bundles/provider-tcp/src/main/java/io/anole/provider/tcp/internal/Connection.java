package io.anole.provider.tcp.internal;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.provider.LinkListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a link to its router again and again, looks whether the router lives, and brings back the session. Belongs to
 * the event loop.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int ANSWER_MS = 5_000;

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
            attempt.begin();
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
        long delay = Math.min(settings.reconnectMax(), settings.reconnectMin() << Math.min(failures, 20));
        failures++;
        long jittered = delay - (long) (delay * 0.3 * ThreadLocalRandom.current().nextDouble());
        loop.schedule(this::connect, jittered, TimeUnit.MILLISECONDS);
    }

    void close() {
        if (current != null) {
            current.farewell();
            current = null;
        }
        up = false;
    }

    /** One connection. */
    private final class Attempt implements Peer {
        private final Out out;
        private ScheduledFuture<?> beat;
        private long heard = System.nanoTime();
        private boolean hears;
        private int heartbeat;
        private String reason;
        private boolean over;

        Attempt(Pipe pipe) {
            out = new Out(pipe);
        }

        void begin() {
            out.hello(session, link.received(), settings.identity(), settings.bus(), settings.token(), settings.presence());
            out.flush();
            beat = loop.schedule(() -> lost("no answer within " + ANSWER_MS + " ms"), ANSWER_MS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void frame(ByteBuf frame) {
            if (over) {
                return;
            }
            hears = true;
            try {
                byte type = frame.readByte();
                if (type == Frame.WELCOME && heartbeat == 0) {
                    welcome(frame);
                } else if (type == Frame.BYE) {
                    frame.readByte();
                    lost("the router ended the connection: " + Out.text(frame));
                } else if (heartbeat == 0) {
                    throw new Violation("the first frame is not WELCOME");
                } else {
                    link.frame(type, frame);
                }
            } catch (Violation e) {
                broken(e.getMessage());
            } catch (IndexOutOfBoundsException e) {
                broken("a frame that ends early");
            } catch (RuntimeException e) {
                LOG.error("bus '{}': a frame from {} could not be handled", settings.bus(), out.pipe().where(), e);
                broken("the link failed: " + e);
            }
        }

        private void welcome(ByteBuf in) {
            int version = in.readUnsignedShort();
            if (version != Frame.VERSION) {
                throw new Violation(Frame.BAD_VERSION, "the router speaks version " + version + " of the protocol, this link "
                        + Frame.VERSION);
            }
            int flags = in.readByte();
            in.readLong();
            session = new SessionId(in.readLong(), in.readLong());
            heartbeat = Math.max(1, in.readInt());
            beat.cancel(false);
            beat = loop.scheduleAtFixedRate(this::beat, heartbeat, heartbeat, TimeUnit.MILLISECONDS);
            link.attach(out, (flags & Frame.RESUMED) != 0, (flags & Frame.PRESENCE_LOST) != 0).thenRun(this::restored);
            link.send();
        }

        private void restored() {
            if (over) {
                return;
            }
            failures = 0;
            told = null;
            up = true;
            listener.up(out.pipe().where());
        }

        private void beat() {
            long now = System.nanoTime();
            long silent = TimeUnit.NANOSECONDS.toMillis(now - heard);
            if (silent > 3L * heartbeat) {
                lost("nothing came from the router for " + silent + " ms");
                return;
            }
            link.tick(now);
            if (!out.wrote()) {
                out.ping();
                out.flush();
                out.wrote();
            }
        }

        @Override
        public void turnOver() {
            if (hears) {
                hears = false;
                heard = System.nanoTime();
            }
            link.send();
        }

        @Override
        public void writable() {
            // what could not be written was dropped, or is held back by its publisher
        }

        @Override
        public void broken(String why) {
            out.bye(Frame.VIOLATION, why);
            lost("what comes from the router can't be read: " + why);
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
            if (over) {
                return;
            }
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

        private void end() {
            over = true;
            if (beat != null) {
                beat.cancel(false);
            }
            out.flush();
            out.pipe().close();
        }
    }
}
