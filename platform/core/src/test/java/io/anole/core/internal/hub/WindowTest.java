package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G5: who publishes more than may be under way is held back, and goes on. */
@Timeout(20)
class WindowTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void aFullWindowRefusesAfterTheBound() throws Exception {
        Window window = new Window(2);
        assertThat(window.take(Duration.ZERO)).isTrue();
        assertThat(window.take(Duration.ZERO)).isTrue();

        assertThat(window.take(Duration.ofMillis(5))).isFalse();

        window.giveBack();
        assertThat(window.take(Duration.ZERO)).isTrue();
    }

    @Test
    void oneFreePlaceOfManyIsEnough() throws Exception {
        Window window = new Window(256);
        for (int i = 0; i < 256; i++) {
            window.take(Duration.ZERO);
        }
        CompletableFuture<Boolean> waits = waiting(window);

        window.giveBack();

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
                    window.giveBack();
                }
            }, task -> new Thread(task).start());
        }
        CompletableFuture.allOf(all).join();

        for (int i = 0; i < 8; i++) {
            assertThat(window.take(Duration.ZERO)).isTrue();
        }
        assertThat(window.take(Duration.ZERO)).isFalse();
    }

    private static CompletableFuture<Boolean> waiting(Window window) {
        return CompletableFuture.supplyAsync(() -> take(window), task -> new Thread(task).start());
    }

    private static boolean take(Window window) {
        try {
            return window.take(LONG);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
