package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Keeps what is sent. */
record Sink(ByteBuf bytes) implements Pipe {
    @Override
    public ByteBuf buffer(int size) {
        return Unpooled.buffer(size);
    }

    @Override
    public void send(ByteBuf frames) {
        bytes.writeBytes(frames);
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public long unsent() {
        return 0;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean inside() {
        return false;
    }

    @Override
    public String certified() {
        return null;
    }

    @Override
    public String where() {
        return "a test";
    }
}
