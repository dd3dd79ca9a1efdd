package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's end of one connection: reads frames, and cuts off who breaks the protocol. */
final class RouterPeer implements Peer {
    private static final Logger LOG = LoggerFactory.getLogger(RouterPeer.class);

    private final Router router;
    private final Out out;
    private final long since = System.nanoTime();
    private RouterSession session;
    private long heard = since;
    private boolean hears;
    private boolean over;

    RouterPeer(Router router, Pipe pipe) {
        this.router = router;
        this.out = new Out(pipe);
    }

    Out out() {
        return out;
    }

    @Override
    public void frame(ByteBuf frame) {
        if (over) {
            return;
        }
        if (!hears) {
            hears = true;
            router.turn();
        }
        try {
            read(frame);
        } catch (Violation e) {
            violated(e.code(), e.getMessage());
        } catch (Refusal e) {
            violated(e.code(), e.getMessage());
        } catch (IndexOutOfBoundsException e) {
            violated(Frame.VIOLATION, "a frame that ends early");
        } catch (IllegalArgumentException e) {
            violated(Frame.VIOLATION, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("router of bus '{}': a frame from {} could not be handled", router.settings().bus(), out.pipe().where(), e);
            violated(Frame.VIOLATION, "the router failed: " + e);
        }
    }

    private void violated(int code, String why) {
        router.cutOff(who(), why);
        RouterSession was = session;
        cut(code, why);
        if (was != null) {
            was.end(code, why);
        }
    }

    private String who() {
        return (session == null ? "" : "'" + session.identity() + "' at ") + out.pipe().where();
    }

    /** Ends the connection, telling why. */
    void cut(int code, String why) {
        if (!over) {
            over = true;
            session = null;
            out.bye(code, why);
            out.flush();
            out.pipe().close();
            router.forget(this);
        }
    }

    /** Ends the connection, but not the session, unless it is one inside this JVM. */
    void part(String why) {
        if (!out.pipe().inside()) {
            leave(Frame.SHUTDOWN, why);
        }
    }

    private void leave(int code, String why) {
        if (session != null) {
            session.detach(this);
        }
        cut(code, why);
    }

    private void read(ByteBuf in) throws Refusal {
        byte type = in.readByte();
        if (session == null && type != Frame.HELLO) {
            throw new Violation("the first frame must be HELLO, not one of type " + type);
        }
        switch (type) {
            case Frame.HELLO -> hello(in);
            case Frame.PING -> { }
            case Frame.CLOCK -> {
                out.heardTime(in);
                session.touched();
            }
            case Frame.BYE -> {
                session.end(Frame.CLOSED, "");
            }
            case Frame.PUBLISH -> {
                long token = in.readLong();
                session.publish(token, in.readByte(), TcpLink.rest(in), out.clock());
            }
            case Frame.PUBLISH_MANY -> session.publishMany(in.readLong(), TcpLink.rest(in));
            case Frame.DELIVERED -> Ranges.read(in, session.outbox()::acknowledged);
            case Frame.ACCEPTED -> Ranges.read(in, session.outbox()::taken);
            case Frame.OK -> neighbour().answered(in.readInt(), null);
            case Frame.REFUSED -> {
                int id = in.readInt();
                int code = in.readByte();
                neighbour().answered(id, new Refusal(code, Out.text(in)));
            }
            case Frame.REQUEST -> {
                long id = in.readLong();
                long expires = out.clock().expiresIn(in.readInt());
                byte[] block = TcpLink.rest(in);
                router.calls().request(session, id, session.address(block).name(), expires, block);
            }
            case Frame.RESPONSE -> router.calls().response(session, in.readLong(), in);
            case Frame.HOLD -> {
                boolean on = in.readByte() != 0;
                session.outbox().hold(name(in), on);
            }
            default -> asked(type, in);
        }
    }

    private Neighbour neighbour() {
        if (session.neighbour() == null) {
            throw new Violation("an answer, but it is no router and was asked nothing");
        }
        return session.neighbour();
    }

    /** Frames that are answered by OK or REFUSED, or VALUE. */
    private void asked(byte type, ByteBuf in) {
        int id = in.readInt();
        RouterSession by = session;
        try {
            switch (type) {
                case Frame.SYNC -> sync(by, id, in.readByte());
                case Frame.SUBSCRIBE -> {
                    int flags = in.readByte();
                    by.subscribe(id, flags, pattern(in));
                }
                case Frame.SERVE -> by.serve(id, name(in));
                case Frame.WATCH -> by.watch(id, pattern(in));
                case Frame.CLOSE -> by.unregister(id);
                case Frame.PUT -> put(by, id, in);
                case Frame.GET -> {
                    Name key = name(in);
                    by.tell(to -> to.value(id, key.toString(), router.state().get(key)));
                }
                default -> throw new Violation("a frame of the unknown type " + type);
            }
        } catch (Refusal e) {
            by.tell(to -> to.refused(id, e.code(), e.getMessage()));
        }
    }

    private static void sync(RouterSession by, int id, int flags) {
        if ((flags & Frame.RESTORED_ALL) != 0) {
            by.restored();
        }
        if ((flags & Frame.LISTENS) != 0 && by.neighbour() != null) {
            by.router().neighbours().listen(by.neighbour());
        }
        by.whenSettled(() -> by.tell(to -> to.ok(id)));
    }

    private static void put(RouterSession by, int id, ByteBuf in) throws Refusal {
        int flags = in.readByte();
        Name key = name(in);
        by.put(id, key, TcpLink.rest(in), flags);
    }

    private void hello(ByteBuf in) throws Refusal {
        if (session != null) {
            throw new Violation("a second HELLO");
        }
        if (in.readInt() != Frame.MAGIC) {
            throw new Violation("it does not speak this protocol");
        }
        int version = in.readUnsignedShort();
        if (version < Frame.VERSION_SINGLE || version > Frame.VERSION) {
            throw new Refusal(Frame.BAD_VERSION, "it speaks version " + version + " of the protocol, this router "
                    + Frame.VERSION_SINGLE + " to " + Frame.VERSION);
        }
        if (version >= Frame.VERSION_TIMED) {
            out.tellTime();
        }
        SessionId wanted = new SessionId(in.readLong(), in.readLong());
        long received = in.readLong();
        String identity = Out.text(in);
        String bus = Out.text(in);
        String token = Out.text(in);
        int presence = in.isReadable() ? in.readInt() : Integer.MAX_VALUE;
        if (presence < 0) {
            throw new Violation("a presence of " + presence + " ms");
        }
        Router.Kin kin = in.isReadable() ? new Router.Kin(in.readByte() == Frame.ABOVE, in.readLong()) : null;
        session = router.admit(this, version, wanted, received, identity, bus, token, kin);
        session.presence(presence);
    }

    private static Name name(ByteBuf in) {
        return Block.legal(Out.text(in));
    }

    private static Pattern pattern(ByteBuf in) {
        return Pattern.of(Out.text(in));
    }

    @Override
    public void turnOver() {
        if (hears) {
            hears = false;
            heard = router.now();
        }
        router.flush();
    }

    @Override
    public void writable() {
        if (session != null) {
            router.turn();
            session.outbox().writable();
            router.flush();
        }
    }

    @Override
    public void progress() {
        if (session != null) {
            heard = System.nanoTime();
        }
    }

    @Override
    public void gone(String reason) {
        if (!over) {
            over = true;
            router.turn();
            if (session != null) {
                session.detach(this);
                session = null;
            }
            router.forget(this);
            router.flush();
        }
    }

    @Override
    public void broken(String why) {
        violated(Frame.VIOLATION, why);
    }

    void sweep(long now) {
        if (out.pipe().inside()) {
            return;
        }
        int heartbeat = router.settings().heartbeat();
        long silent = TimeUnit.NANOSECONDS.toMillis(now - heard);
        if (silent > 3L * heartbeat || session == null && now - since > 3_000_000L * heartbeat) {
            String why = session == null ? "it did not say HELLO" : "nothing came from it for " + silent + " ms";
            router.cutOff(who(), why);
            leave(Frame.SILENT, why);
        } else if (session != null) {
            out.beat();
        }
    }
}
