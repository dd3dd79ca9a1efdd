package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is known of the clock of the other side, on simulated clocks and lines. */
class PeerClockTest {
    private static final long MS = 1_000_000;
    private static final long HOUR = 3_600_000 * MS;

    private final PeerClock here = new PeerClock();
    private final PeerClock there = new PeerClock();

    private static void tell(PeerClock from, long sent, PeerClock to, long received) {
        ByteBuf frame = Unpooled.buffer();
        from.write(frame, sent);
        to.read(frame, received);
        assertThat(frame.isReadable()).isFalse();
    }

    @Test
    void nobodyWhoTellsNothingIsTakenForLate() {
        assertThat(here.underWay(5)).isZero();
        tell(there, 7 * HOUR, here, 5);
        assertThat(here.underWay(5 + MS)).as("heard, but nothing of this clock").isZero();
    }

    @Test
    void whatWaitedIsOlder() {
        tell(here, 100 * MS, there, HOUR);
        tell(there, HOUR + 20 * MS, here, 123 * MS);
        assertThat(here.underWay(123 * MS)).as("the round trip").isBetween(3 * MS, 3 * MS + 4_000);
        tell(there, HOUR + 50 * MS, here, 923 * MS);
        assertThat(here.underWay(923 * MS)).as("at 150 ms, told 773 ms later").isBetween(773 * MS, 774 * MS);
    }

    /** A life never lasts longer than it should, and ends early by no more than the shortest way there, and what clocks may drift apart. */
    @RepeatedTest(200)
    void noStaleMessageIsFresh(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        long offset = random.nextLong();
        double drift = 1 + (random.nextDouble() - 0.5) / 10_000;
        long quick = 1 + random.nextInt((int) (20 * MS));
        long now = random.nextLong();
        long begin = now;
        long shortest = Long.MAX_VALUE;
        long longestHeld = (run.getCurrentRepetition() % 2 == 0 ? 1 : 1_000) * 1_000 * MS;
        for (int i = 0; i < 100; i++) {
            long way = quick + (random.nextInt(3) == 0 ? (long) (random.nextDouble() * 3_000 * MS) : random.nextInt((int) MS));
            long back = quick + (random.nextInt(3) == 0 ? (long) (random.nextDouble() * 3_000 * MS) : random.nextInt((int) MS));
            long arrived = now + way;
            long sent = arrived + (long) (random.nextDouble() * longestHeld);
            long came = sent + back;
            tell(here, now, there, offset + (long) ((arrived - begin) * drift));
            tell(there, offset + (long) ((sent - begin) * drift), here, came);
            shortest = Math.min(shortest, way);
            assertThat(here.underWay(came)).isBetween(back - 2, back + shortest + (came - begin) / 3_000);
            now = came + random.nextInt((int) (100 * MS));
        }
    }

    @Test
    void aMachineThatSleptIsKnownAnewWithTheNextRoundTrip() {
        tell(here, 0, there, HOUR);
        tell(there, HOUR, here, 2 * MS);
        assertThat(here.underWay(2 * MS)).isEqualTo(2 * MS);
        long slept = 30_000 * MS;
        tell(here, slept, there, HOUR + MS);
        tell(there, HOUR + MS, here, slept + 2 * MS);
        assertThat(here.underWay(slept + 2 * MS)).as("the other one slept").isEqualTo(2 * MS);
        tell(here, slept + 3 * MS, there, HOUR + slept);
        tell(there, HOUR + slept, here, slept + 5 * MS);
        assertThat(here.underWay(slept + 5 * MS)).as("this one slept").isEqualTo(2 * MS);
    }

    /** Who lies can make its own messages die early, and nothing else. */
    @RepeatedTest(20)
    void nothingThatIsToldMakesALifeLonger(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        for (int i = 0; i < 10_000; i++) {
            long now = random.nextLong();
            here.read(Unpooled.buffer().writeLong(some(random)).writeLong(some(random)).writeLong(some(random)), now);
            assertThat(here.underWay(now)).isNotNegative();
            long left = 1 + random.nextInt(1_000_000);
            long expires = here.expires(left);
            assertThat(expires - System.nanoTime()).isLessThanOrEqualTo(left);
            assertThat(expires).isNotEqualTo(Message.NEVER);
            assertThat(here.expires(some(random) | Long.MIN_VALUE) - System.nanoTime()).as("less than nothing is left").isNotPositive();
        }
        assertThat(here.expires(0)).isEqualTo(Message.NEVER);
    }

    private static long some(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt();
            case 2 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
            default -> System.nanoTime() + random.nextInt();
        };
    }
}
