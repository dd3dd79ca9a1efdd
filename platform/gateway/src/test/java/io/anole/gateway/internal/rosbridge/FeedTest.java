package io.anole.gateway.internal.rosbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.gateway.internal.rosbridge.Feed.Wish;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeedTest {
    private static final long AGE = 500;

    private final Tally tally = new Tally();
    private final Feed feed = new Feed("/x", 4, AGE, tally);

    private static Encoded message(long data) {
        return new Encoded(new Message(Name.of("/x"), "", Map.of(), data, "", data, 0, Message.NEVER), data, null, null, null);
    }

    private List<Object> taken(long now) {
        List<Object> taken = new ArrayList<>();
        while (!feed.isEmpty() && feed.due(now) <= 0) {
            taken.add(feed.next(now).message().body());
        }
        return taken;
    }

    private void add(long from, long to, long now) {
        for (long i = from; i <= to; i++) {
            feed.add(message(i), now);
        }
    }

    @Test
    void aSlowClientHasTheNewestAndEachDropIsCounted() {
        feed.wish("", new Wish(0, 0, 0, Compression.NONE));
        add(1, 10, 0);
        assertThat(taken(0)).containsExactly(7L, 8L, 9L, 10L);
        assertThat(tally.of(Of.DROPPED_QUEUE)).isEqualTo(6);
        assertThat(feed.size()).isZero();
    }

    @Test
    void whatHasWaitedTooLongGivesWayToWhatIsNewerButNotToNothing() {
        feed.wish("", new Wish(0, 0, 0, Compression.NONE));
        add(1, 3, 0);
        add(4, 4, AGE);
        assertThat(taken(AGE + 1)).containsExactly(4L);
        assertThat(tally.of(Of.DROPPED_AGE)).isEqualTo(3);
        add(5, 5, 0);
        assertThat(taken(100 * AGE)).containsExactly(5L);
    }

    @Test
    void whoAsksForAQueueGetsIt() {
        feed.wish("", new Wish(0, 8, 0, Compression.NONE));
        add(1, 8, 0);
        assertThat(taken(100 * AGE)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void aThrottledFeedTellsTheNewestWhenItsTimeHasCome() {
        feed.wish("", new Wish(100, 0, 0, Compression.NONE));
        add(1, 1, 0);
        assertThat(taken(0)).containsExactly(1L);
        add(2, 9, 10);
        assertThat(taken(99)).isEmpty();
        assertThat(taken(100)).containsExactly(9L);
        assertThat(tally.of(Of.DROPPED_THROTTLE)).isEqualTo(7);
    }

    @Test
    void severalSubscriptionsAreOneThatSuitsAll() {
        feed.wish("a", new Wish(100, 2, 0, Compression.NONE));
        feed.wish("b", new Wish(50, 5, 4096, Compression.CBOR));
        assertThat(feed.wish()).isEqualTo(new Wish(50, 5, 4096, Compression.CBOR));
        assertThat(feed.unwish("b")).isTrue();
        assertThat(feed.wish()).isEqualTo(new Wish(100, 2, 0, Compression.NONE));
        assertThat(feed.unwish("a")).isFalse();
    }
}
