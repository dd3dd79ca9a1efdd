package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.BufferUnderflowException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's end of one connection to a router: waits for the answer to HELLO, says that it lives when it says nothing else,
 * and is lost when nothing comes. Belongs to the event loop.
 */
abstract class ClientEnd implements Peer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientEnd.class);
    private static final int ANSWER_MS = 5_000;

    final Out out;
    private final String bus;
    private final EventLoop loop;
    private ScheduledFuture<?> beat;
    private long heard = System.nanoTime();
    private boolean hears;
    /** In ms; 0 until the router has answered. */
    private int heartbeat;
    private boolean over;

    ClientEnd(Pipe pipe, String bus, EventLoop loop) {
        this.out = new Out(pipe);
        this.bus = bus;
        this.loop = loop;
    }

    /** The router has answered; the flags are those of WELCOME. */
    abstract void welcome(int flags, SessionId session);

    /** A frame after WELCOME. */
    abstract void frame(byte type, ByteBuf in);

    /** A heartbeat has passed, and the router lives. */
    abstract void tick(long now);

    /** The connection is of no use any more; told until it is ended. */
    abstract void lost(String why);

    /** HELLO is written. */
    final void begin() {
        out.flush();
        beat = loop.schedule(() -> gone("no answer within " + ANSWER_MS + " ms"), ANSWER_MS, TimeUnit.MILLISECONDS);
    }

    final boolean over() {
        return over;
    }

    final void end() {
        over = true;
        if (beat != null) {
            beat.cancel(false);
        }
        out.flush();
        out.pipe().close();
    }

    @Override
    public final void frame(ByteBuf frame) {
        if (over) {
            return;
        }
        hears = true;
        try {
            byte type = frame.readByte();
            if (type == Frame.BYE) {
                frame.readByte();
                gone("the router ended the connection: " + Out.text(frame));
            } else if (type == Frame.CLOCK) {
                out.heardTime(frame);
            } else if (heartbeat != 0) {
                frame(type, frame);
            } else if (type == Frame.WELCOME) {
                welcome(frame);
            } else {
                throw new Violation("the first frame is not WELCOME");
            }
        } catch (Violation e) {
            broken(e.getMessage());
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            broken("a frame that ends early");
        } catch (RuntimeException e) {
            LOG.error("bus '{}': a frame from {} could not be handled", bus, out.pipe().where(), e);
            broken("the link failed: " + e);
        }
    }

    private void welcome(ByteBuf in) {
        int version = in.readUnsignedShort();
        if (version != Frame.VERSION) {
            throw new Violation(Frame.BAD_VERSION, "the router speaks version " + version + " of the protocol, this side " + Frame.VERSION);
        }
        int flags = in.readByte();
        in.readLong();
        SessionId session = new SessionId(in.readLong(), in.readLong());
        heartbeat = Math.max(1, in.readInt());
        beat.cancel(false);
        beat = loop.scheduleAtFixedRate(this::beat, heartbeat, heartbeat, TimeUnit.MILLISECONDS);
        out.tellTime();
        welcome(flags, session);
    }

    private void beat() {
        long now = System.nanoTime();
        long silent = TimeUnit.NANOSECONDS.toMillis(now - heard);
        if (silent > 3L * heartbeat && !out.pipe().inside()) {
            gone("nothing came from the router for " + silent + " ms");
            return;
        }
        tick(now);
        out.beat();
    }

    @Override
    public void turnOver() {
        if (hears) {
            hears = false;
            heard = System.nanoTime();
        }
    }

    @Override
    public final void progress() {
        heard = System.nanoTime();
    }

    @Override
    public final void broken(String why) {
        out.bye(Frame.VIOLATION, why);
        gone("what comes from the router can't be read: " + why);
    }

    @Override
    public final void gone(String why) {
        if (!over) {
            lost(why);
        }
    }
}
