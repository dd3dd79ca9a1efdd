package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G5: who publishes more than may be under way is held back, and goes on. */
@Timeout(20)
class WindowTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void aFullWindowRefusesAfterTheBound() throws Exception {
        Window window = new Window(2);
        assertThat(window.take(1, Duration.ZERO)).isTrue();
        assertThat(window.take(1, Duration.ZERO)).isTrue();

        assertThat(window.take(1, Duration.ofMillis(5))).isFalse();

        window.giveBack(1);
        assertThat(window.take(1, Duration.ZERO)).isTrue();
    }

    @Test
    void oneFreePlaceOfManyIsEnough() throws Exception {
        Window window = new Window(256);
        for (int i = 0; i < 256; i++) {
            window.take(1, Duration.ZERO);
        }
        CompletableFuture<Boolean> waits = waiting(window);

        window.giveBack(1);

        assertThat(waits.join()).isTrue();
    }

    @Test
    void noPlaceIsLostOrGivenTwice() throws Exception {
        Window window = new Window(8);
        CompletableFuture<?>[] all = new CompletableFuture<?>[16];
        for (int i = 0; i < all.length; i++) {
            all[i] = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 2_000; n++) {
                    assertThat(take(window)).isTrue();
                    window.giveBack(1);
                }
            }, task -> new Thread(task).start());
        }
        CompletableFuture.allOf(all).join();

        for (int i = 0; i < 8; i++) {
            assertThat(window.take(1, Duration.ZERO)).isTrue();
        }
        assertThat(window.take(1, Duration.ZERO)).isFalse();
    }

    /** Publishers may remember less than has been given back, but look again before they wait. */
    @Test
    void whatALinkGivesBackTogetherIsSeenAtOnce() throws Exception {
        Window window = new Window(8);
        window.take(5, Duration.ZERO);
        for (int i = 0; i < 5; i++) {
            for (int n = 0; n < 3; n++) {
                assertThat(window.take(1, Duration.ZERO)).isTrue();
            }
            assertThat(window.take(1, Duration.ZERO)).isFalse();
            window.giveBack(3);
        }
    }

    /** Publishers take one by one, threads of links give back several together. */
    @Test
    void neverMoreIsUnderWayThanThereIsRoomFor() throws Exception {
        int size = 8;
        int all = 6_000;
        Window window = new Window(size);
        AtomicInteger under = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger given = new AtomicInteger();
        List<CompletableFuture<?>> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < all / 3; n++) {
                    assertThat(take(window)).isTrue();
                    most.accumulateAndGet(under.incrementAndGet(), Math::max);
                }
            }, task -> new Thread(task).start()));
        }
        for (int i = 0; i < 2; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                long end = System.nanoTime() + LONG.toNanos();
                while (given.get() < all && System.nanoTime() < end) {
                    int some = under.get();
                    if (some > 0 && under.compareAndSet(some, some / 2)) {
                        window.giveBack(some - some / 2);
                        given.addAndGet(some - some / 2);
                    } else {
                        Thread.yield();
                    }
                }
            }, task -> new Thread(task).start()));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();

        assertThat(given).hasValue(all);
        assertThat(most.get()).isLessThanOrEqualTo(size);
        for (int i = 0; i < size; i++) {
            assertThat(window.take(1, Duration.ZERO)).isTrue();
        }
        assertThat(window.take(1, Duration.ZERO)).isFalse();
    }

    /** What is large takes the places of many, so that what is under way is bounded in bytes, too. */
    @Test
    void aLargeBodyTakesManyPlaces() throws Exception {
        Window window = new Window(1024);
        assertThat(window.places(new byte[16_000])).isEqualTo(1);
        assertThat(window.places(Map.of("unit", "m", "x", 1L))).isEqualTo(1);
        assertThat(window.places("x".repeat(40_000))).isEqualTo(3);
        assertThat(window.places(new byte[64 << 10])).isEqualTo(5);
        assertThat(window.places(Map.of("width", 1024L, "data", new byte[1 << 20]))).isEqualTo(65);
        assertThat(window.places(new byte[64 << 20])).isEqualTo(1024);
    }

    @Test
    void aLargeOneNeedsOnlyOneFreePlaceAndLeavesNone() throws Exception {
        Window window = new Window(16);
        for (int i = 0; i < 15; i++) {
            assertThat(window.take(1, Duration.ZERO)).isTrue();
        }
        assertThat(window.take(16, Duration.ZERO)).isTrue();
        CompletableFuture<Boolean> waits = waiting(window);

        for (int i = 0; i < 15; i++) {
            window.giveBack(1);
        }
        assertThat(window.take(1, Duration.ofMillis(5))).isFalse();

        window.giveBack(16);
        assertThat(waits.join()).isTrue();
    }

    /** As when a bus moves to a link with room for more, or for less. */
    @Test
    void changesItsSize() throws Exception {
        Window window = new Window(2);
        window.take(2, Duration.ZERO);
        CompletableFuture<Boolean> waits = waiting(window);
        window.resize(4);
        assertThat(waits.join()).isTrue();
        assertThat(window.take(1, Duration.ZERO)).isTrue();

        window.resize(2);
        window.giveBack(2);
        assertThat(window.take(1, Duration.ofMillis(5))).isFalse();
        window.giveBack(1);
        assertThat(window.take(1, Duration.ZERO)).isTrue();
    }

    private static CompletableFuture<Boolean> waiting(Window window) {
        return CompletableFuture.supplyAsync(() -> take(window), task -> new Thread(task).start());
    }

    private static boolean take(Window window) {
        try {
            return window.take(1, LONG);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
