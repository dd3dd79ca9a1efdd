package io.anole.provider.ros1.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One TCPROS connection: a header, then frames. On the event loop of the node, but for {@link #write}, {@link #open}, and
 * {@link #readNow} while the loop has left reading to others. Ends once, by {@link #ended}.
 */
abstract class Line extends ByteToMessageDecoder {
    /** Of what is larger the rest is put together in an array of its own. */
    private static final int LARGE = 64 << 10;
    private static final int AHEAD = 4;
    /** What is larger is written by the event loop: the thread would keep a buffer of this size. */
    private static final int SHORT = 16 << 10;

    private final int maxFrame;
    private Channel channel;
    private final AtomicInteger unwritten = new AtomicInteger();
    private boolean headed;
    private volatile boolean over;
    private byte[] large;
    private boolean largeOk;
    private int filled;
    private int missing;
    private volatile String why = "the other side has closed the connection";

    Line(int maxFrame) {
        this.maxFrame = maxFrame;
    }

    /** The other side's header. */
    abstract void header(Map<String, String> header) throws Refusal;

    /** One frame; its bytes are valid during the call only. */
    abstract void frame(boolean ok, ByteBuffer bytes) throws Refusal;

    /** The connection is no more. */
    abstract void ended(String reason);

    /** Whether a byte that says if all went well is before each frame. */
    boolean answers() {
        return false;
    }

    /** The other side takes more, or no more for now. */
    void writable(boolean now) {
        // most never send much
    }

    final Channel channel() {
        return channel;
    }

    final boolean open() {
        return channel != null && !over;
    }

    final boolean headed() {
        return headed;
    }

    final void send(Map<String, String> header) {
        later(Header.encode(channel.alloc(), header));
    }

    /** Any thread, but one at a time: writes it at once, as far as there is room. */
    final void write(ByteBuffer bytes) {
        if (channel instanceof Straight straight && bytes.remaining() <= SHORT && unwritten.get() == 0) {
            try {
                straight.writeNow(bytes);
            } catch (IOException e) {
                end(e.getMessage());
                return;
            }
        }
        if (bytes.hasRemaining()) {
            later(Unpooled.wrappedBuffer(bytes));
        }
    }

    /** On the event loop: it reads no more, unless it has read a part of the next frame already. False if it goes on. */
    final boolean leave() {
        if (!(channel instanceof Straight) || actualReadableBytes() > 0) {
            return false;
        }
        channel.config().setAutoRead(false);
        return true;
    }

    /** Any thread, one at a time, after {@link #leave}: what has come, without waiting; -1 at the end. */
    final int readNow(ByteBuffer bytes) throws IOException {
        return ((Straight) channel).readNow(bytes);
    }

    /** On the event loop: it reads again, behind what others have read and not made use of. */
    final void comeBack(ByteBuffer read) {
        if (read.hasRemaining()) {
            channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(read));
        }
        channel.config().setAutoRead(true);
    }

    private void later(ByteBuf bytes) {
        unwritten.incrementAndGet();
        channel.writeAndFlush(bytes).addListener(done -> unwritten.decrementAndGet());
    }

    /** Ends it; the reason is for this side. */
    final void end(String reason) {
        if (!over) {
            why = reason;
            if (channel != null) {
                channel.close();
            }
        }
    }

    /** Ends it when what was written is away. */
    final void endAfterwards(String reason) {
        why = reason;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Begins behind a header that somebody else has read, and refuses it if need be. */
    final void take(Map<String, String> header) {
        headed = true;
        try {
            header(header);
        } catch (Refusal e) {
            refused(e.getMessage());
            endAfterwards(e.getMessage());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Refusal {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (large != null) {
            goOn(in);
            return;
        }
        int before = headed && answers() ? 1 : 0;
        if (in.readableBytes() < 4 + before) {
            return;
        }
        long length = in.getUnsignedIntLE(in.readerIndex() + before);
        int most = headed ? maxFrame : Header.LARGEST;
        if (length > most) {
            throw new Refusal("a " + (headed ? "message" : "header") + " of " + length + " bytes is beyond the limit, " + most);
        }
        if (in.readableBytes() < 4 + before + length) {
            if (headed && in.readableBytes() > LARGE) {
                begin(before == 0 || in.readByte() != 0, in.skipBytes(4), (int) length);
            }
            return;
        }
        boolean ok = before == 0 || in.readByte() != 0;
        in.skipBytes(4);
        ByteBuf slice = in.readSlice((int) length);
        if (headed) {
            frame(ok, slice.nioBuffer());
        } else {
            headed = true;
            header(Header.decode(slice));
        }
    }

    private void begin(boolean ok, ByteBuf in, int length) throws Refusal {
        largeOk = ok;
        missing = length;
        large = new byte[Math.min(length, AHEAD * in.readableBytes())];
        filled = 0;
        goOn(in);
    }

    /** What the sender only tells of takes no memory: there is never more than four times of what has come. */
    private void goOn(ByteBuf in) throws Refusal {
        while (missing > 0 && in.isReadable()) {
            if (filled == large.length) {
                large = Arrays.copyOf(large, (int) Math.min((long) filled + missing, (long) AHEAD * filled));
            }
            int part = Math.min(in.readableBytes(), large.length - filled);
            in.readBytes(large, filled, part);
            filled += part;
            missing -= part;
        }
        if (missing == 0) {
            ByteBuffer whole = ByteBuffer.wrap(large);
            large = null;
            frame(largeOk, whole);
        }
    }

    /** The decoder asks for more when nothing was passed on, also while reading is off because what came has no room. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (context.channel().config().isAutoRead()) {
            super.channelReadComplete(context);
        } else {
            discardSomeReadBytes();
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        boolean first = !over;
        over = true; // before the decoder tries what is left once more, and fails on it once more
        super.channelInactive(context);
        if (first) {
            ended(why);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        writable(context.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return; // what was to be written came too late; the end of the connection is told by itself
        }
        Throwable found = cause.getCause() instanceof Refusal ? cause.getCause() : cause;
        why = found instanceof Refusal || found instanceof IOException ? found.getMessage() : found.toString();
        refused(why);
        context.close();
    }

    /** It ends because of this. */
    void refused(String reason) {
        // told by ended
    }
}
