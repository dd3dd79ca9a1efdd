package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;

/** Hears one connection, on the thread of its event loop. */
interface Peer {
    /** One frame without its length; only for the time of the call. */
    void frame(ByteBuf frame);

    /** All frames that came together have been told. */
    void turnOver();

    /** There is room to send again. */
    void writable();

    /** The connection is no more. */
    void gone(String reason);

    /** A frame can't be taken apart; the connection ends. */
    void broken(String why);

    /** Bytes of a frame that is not whole yet; many of them prove that the other side lives. */
    void progress();
}
