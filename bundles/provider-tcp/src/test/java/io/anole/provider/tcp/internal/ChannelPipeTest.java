package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** PS-20: frames are the same however they are cut on their way. */
class ChannelPipeTest {
    private static final int MOST = 100_000;

    private final List<String> frames = new ArrayList<>();
    private final Random random = new Random(3);
    private String broken;

    @Test
    void joinsFramesThatComeInPieces() {
        ByteBuf sent = Unpooled.buffer();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] frame = new byte[1 + (i % 10 == 0 ? random.nextInt(MOST - 1) : random.nextInt(200))];
            random.nextBytes(frame);
            sent.writeInt(frame.length).writeBytes(frame);
            expected.add(ByteBufUtil.hexDump(frame));
        }

        for (IntSupplier size : List.<IntSupplier>of(() -> 1, () -> 3, () -> 1 + random.nextInt(400), () -> 1 + random.nextInt(70_000),
                sent::readableBytes)) {
            pass(sent.duplicate(), size);
            assertThat(frames).isEqualTo(expected);
            assertThat(broken).isNull();
            frames.clear();
        }
    }

    @Test
    void saysNoToAFrameThatIsTooLongBeforeItHasCome() {
        pass(Unpooled.buffer().writeInt(1).writeByte(7).writeInt(MOST + 1).writeByte(7).writeInt(1).writeByte(8), () -> 6);
        assertThat(frames).containsExactly("07");
        assertThat(broken).isEqualTo("a frame of 100001 bytes; 1 to 100000 are allowed");
    }

    private void pass(ByteBuf all, IntSupplier size) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelPipe(MOST, "a test", pipe -> new Heard()));
        List<ByteBuf> pieces = new ArrayList<>();
        while (all.isReadable()) {
            ByteBuf piece = Unpooled.copiedBuffer(all.readSlice(Math.min(size.getAsInt(), all.readableBytes())));
            pieces.add(piece);
            channel.writeInbound(piece);
        }
        channel.finish();
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }

    private final class Heard implements Peer {
        @Override
        public void frame(ByteBuf frame) {
            frames.add(ByteBufUtil.hexDump(frame));
        }

        @Override
        public void turnOver() {
            // nothing waits for it here
        }

        @Override
        public void writable() {
            throw new AssertionError("nothing was written");
        }

        @Override
        public void gone(String reason) {
            assertThat(reason).isEqualTo("the other side closed the connection");
        }

        @Override
        public void broken(String why) {
            broken = why;
        }

        @Override
        public void progress() {
            // many bytes may come at once
        }
    }
}
