package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;

/** Where the bytes of one connection go. Only for the thread of its event loop. */
interface Pipe {
    /** A buffer to fill, with room for about so many bytes. */
    ByteBuf buffer(int size);

    /** Sends whole frames, and takes the buffer. */
    void send(ByteBuf frames);

    /** Whether the other side keeps up with what was sent. */
    boolean writable();

    /** Bytes that were sent and have not left. */
    long unsent();

    /** Ends the connection when what was sent has left. */
    void close();

    /** Whether the other side is in this JVM: it needs no proof of who it is, and lives as long as this one. */
    boolean inside();

    /** The name in the other side's certificate; null if it has shown none. */
    String certified();

    /** The other side, for a user. */
    String where();
}
