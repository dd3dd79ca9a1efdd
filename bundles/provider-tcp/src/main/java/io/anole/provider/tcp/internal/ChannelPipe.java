package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * A connection over a socket: takes frames apart, and writes what is to be sent. Frames that come whole are read where they
 * are; only what begins in one piece and ends in another is copied together.
 */
final class ChannelPipe extends ChannelInboundHandlerAdapter implements Pipe {
    private static final int PROGRESS = 64 << 10;
    private static final int LEAST_PART = 4 << 10;

    private final int maxFrame;
    private final Function<Pipe, Peer> open;
    private final String address;
    private Channel channel;
    private Peer peer;
    /** A frame that has begun, with its length; null if there is none. */
    private ByteBuf part;
    private long came;
    private long told;
    private boolean over;
    private String failure;

    /** @param open makes who hears this connection, when it is there */
    ChannelPipe(int maxFrame, String address, Function<Pipe, Peer> open) {
        this.maxFrame = maxFrame;
        this.address = address;
        this.open = open;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        peer = open.apply(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        ByteBuf in = (ByteBuf) bytes;
        try {
            came += in.readableBytes();
            if (part != null && !over) {
                join(in);
            }
            if (part == null) {
                split(in);
            }
        } finally {
            in.release();
        }
        if (came - told > PROGRESS) {
            told = came;
            peer.progress();
        }
    }

    private void split(ByteBuf in) {
        int all = in.writerIndex();
        while (!over && in.readableBytes() >= Integer.BYTES) {
            int length = in.getInt(in.readerIndex());
            if (!allowed(length)) {
                return;
            }
            if (in.readableBytes() - Integer.BYTES < length) {
                break;
            }
            int begin = in.readerIndex() + Integer.BYTES;
            peer.frame(in.setIndex(begin, begin + length));
            in.setIndex(begin + length, all);
        }
        if (!over && in.isReadable()) {
            part = channel.alloc().ioBuffer(Math.max(LEAST_PART, in.readableBytes()));
            part.writeBytes(in);
        }
    }

    /** More of the frame that has begun; as much room as has come, not as much as is promised. */
    private void join(ByteBuf in) {
        take(in, Integer.BYTES);
        if (part.readableBytes() < Integer.BYTES) {
            return;
        }
        int length = part.getInt(0);
        if (!allowed(length)) {
            return;
        }
        take(in, Integer.BYTES + length);
        if (part.readableBytes() == Integer.BYTES + length) {
            ByteBuf whole = part;
            part = null;
            try {
                peer.frame(whole.skipBytes(Integer.BYTES));
            } finally {
                whole.release();
            }
        }
    }

    /** Until the part has so many bytes, or there are no more. */
    private void take(ByteBuf in, int size) {
        int missing = Math.min(size - part.readableBytes(), in.readableBytes());
        if (missing > 0) {
            part.writeBytes(in, missing);
        }
    }

    private boolean allowed(int length) {
        if (length >= 1 && length <= maxFrame) {
            return true;
        }
        over = true;
        peer.broken("a frame of " + (length & 0xFFFF_FFFFL) + " bytes; 1 to " + maxFrame + " are allowed");
        return false;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        peer.turnOver();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel != null && channel.isWritable()) {
            peer.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        // What came after the last whole frame is nothing.
        over = true;
        if (peer != null) {
            peer.gone(failure == null ? "the other side closed the connection" : failure);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (part != null) {
            part.release();
            part = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        failure = cause.getCause() instanceof SSLException ? Tls.reason(cause.getCause()) : cause instanceof IOException ? "the connection broke: " + text : text;
        over = true;
        context.close();
    }

    @Override
    public ByteBuf buffer(int size) {
        return channel.alloc().ioBuffer(size);
    }

    @Override
    public void send(ByteBuf frames) {
        channel.writeAndFlush(frames);
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public long unsent() {
        return channel.unsafe().outboundBuffer() == null ? 0 : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    @Override
    public void close() {
        over = true;
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public boolean inside() {
        return false;
    }

    @Override
    public String certified() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls == null ? null : Tls.peer(tls.engine().getSession());
    }

    @Override
    public String where() {
        return address;
    }
}
