package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A connection inside this JVM, between a router and the link that has opened it; both are on the same event loop. */
final class Loopback implements Pipe {
    private final EventLoop loop;
    private final String where;
    private final BooleanSupplier room;
    private Loopback other;
    private Peer peer;
    private boolean over;

    private Loopback(EventLoop loop, String where, BooleanSupplier room) {
        this.loop = loop;
        this.where = where;
        this.room = room;
    }

    /** @param open makes who hears the link's end */
    static void open(Router router, EventLoop loop, String where, Function<Pipe, Peer> open) {
        open(router, loop, where, () -> true, open);
    }

    /**
     * @param room whether the link takes more
     * @param open makes who hears the link's end
     * @return the router's end
     */
    static Loopback open(Router router, EventLoop loop, String where, BooleanSupplier room, Function<Pipe, Peer> open) {
        Loopback near = new Loopback(loop, where, () -> true);
        Loopback far = new Loopback(loop, "this JVM", room);
        near.other = far;
        far.other = near;
        far.peer = router.accept(far);
        near.peer = open.apply(near);
        return far;
    }

    /** There is room again. */
    void roomAgain() {
        loop.execute(() -> {
            if (!over) {
                peer.writable();
            }
        });
    }

    @Override
    public ByteBuf buffer(int size) {
        return Unpooled.buffer(size);
    }

    @Override
    public void send(ByteBuf frames) {
        loop.execute(() -> other.receive(frames));
    }

    private void receive(ByteBuf frames) {
        while (!over && frames.isReadable()) {
            peer.frame(frames.readSlice(frames.readInt()));
        }
        peer.turnOver();
    }

    @Override
    public boolean writable() {
        return room.getAsBoolean();
    }

    @Override
    public long unsent() {
        return 0;
    }

    @Override
    public void close() {
        loop.execute(() -> {
            end();
            other.end();
        });
    }

    private void end() {
        if (!over) {
            over = true;
            peer.gone("the router was closed");
        }
    }

    @Override
    public boolean inside() {
        return true;
    }

    @Override
    public String certified() {
        return null;
    }

    @Override
    public String where() {
        return where;
    }
}
