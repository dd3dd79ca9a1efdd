package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** A connection over a socket: takes frames apart, and writes what is to be sent. */
final class ChannelPipe extends ByteToMessageDecoder implements Pipe {
    private static final int PROGRESS = 64 << 10;
    private static final int BUFFER = 8 << 10;

    private final int maxFrame;
    private final Function<Pipe, Peer> open;
    private final String address;
    private Channel channel;
    private Peer peer;
    private long came;
    private long told;
    private boolean over;
    private String failure;

    /** @param open makes who hears this connection, when it is there */
    ChannelPipe(int maxFrame, String address, Function<Pipe, Peer> open) {
        this.maxFrame = maxFrame;
        this.address = address;
        this.open = open;
        setCumulator(MERGE_CUMULATOR);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        peer = open.apply(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        came += ((ByteBuf) bytes).readableBytes();
        super.channelRead(context, bytes);
        if (came - told > PROGRESS) {
            told = came;
            peer.progress();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> none) {
        while (!over && in.readableBytes() >= Integer.BYTES) {
            int length = in.getInt(in.readerIndex());
            if (length < 1 || length > maxFrame) {
                over = true;
                peer.broken("a frame of " + (length & 0xFFFF_FFFFL) + " bytes; 1 to " + maxFrame + " are allowed");
                break;
            }
            if (in.readableBytes() < Integer.BYTES + length) {
                return;
            }
            in.skipBytes(Integer.BYTES);
            peer.frame(in.readSlice(length));
        }
        if (over) {
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
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
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        failure = cause.getCause() instanceof SSLException ? Tls.reason(cause.getCause()) : cause instanceof IOException ? "the connection broke: " + text : text;
        over = true;
        context.close();
    }

    @Override
    public ByteBuf buffer() {
        return channel.alloc().ioBuffer(BUFFER);
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
    public String certified() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls == null ? null : Tls.peer(tls.engine().getSession());
    }

    @Override
    public String where() {
        return address;
    }
}
