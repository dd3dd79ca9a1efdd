package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the other side is told the time. */
class OutTest {
    private static final long SECOND = 1_000_000_000;

    private final ByteBuf bytes = Unpooled.buffer();
    private final Out out = new Out(new Sink(bytes));

    private List<Byte> frames() {
        out.flush();
        List<Byte> types = new ArrayList<>();
        while (bytes.isReadable()) {
            types.add(bytes.readSlice(bytes.readInt()).readByte());
        }
        return types;
    }

    @Test
    void whatHasALifeIsToldFromWhenItCounts() {
        out.tellTime();
        out.tellTime(System.nanoTime() - SECOND);
        assertThat(frames()).containsExactly(Frame.CLOCK, Frame.CLOCK);
        assertThat(out.left(Message.NEVER)).isZero();
        assertThat(frames()).isEmpty();
        assertThat(out.left(System.nanoTime() + SECOND)).isBetween(1L, SECOND);
        assertThat(frames()).containsExactly(Frame.CLOCK);
        out.tellTime(System.nanoTime() + SECOND);
        out.left(1);
        assertThat(frames()).as("told already").containsExactly(Frame.CLOCK);
    }

    @Test
    void anEarlierVersionIsToldNoTime() {
        out.left(1);
        out.heardTime(Unpooled.buffer().writeLong(1).writeLong(0).writeLong(-1));
        assertThat(frames()).isEmpty();
        out.beat();
        assertThat(frames()).containsExactly(Frame.PING);
        out.ok(1);
        out.beat();
        assertThat(frames()).containsExactly(Frame.OK);
    }

    @Test
    void theFirstAreAnsweredAndThenABeatIsEnough() {
        out.tellTime();
        for (int i = 0; i < 10; i++) {
            out.heardTime(Unpooled.buffer().writeLong(i).writeLong(0).writeLong(-1));
        }
        assertThat(frames()).hasSize(5).containsOnly(Frame.CLOCK);
        out.beat();
        assertThat(frames()).containsExactly(Frame.CLOCK);
    }

    @Test
    void whatIsOverHasNothingLeft() {
        long now = System.nanoTime();
        assertThat(out.left(now - SECOND)).isOne();
        assertThat(out.millisLeft(now - SECOND)).isZero();
        assertThat(out.millisLeft(now + 3_600 * SECOND)).isBetween(3_000_000, 3_600_001);
        assertThat(out.millisLeft(now + Long.MAX_VALUE / 2)).isEqualTo(Integer.MAX_VALUE);
    }
}
