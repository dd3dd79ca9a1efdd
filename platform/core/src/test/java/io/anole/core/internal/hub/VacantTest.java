package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.anole.bus.BusException.NoProvider;
import io.anole.bus.Caller;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Design section 5: subscriptions and services outlive who handles them. The lane is this thread's, as a process's is its own. */
class VacantTest extends LocalBus {
    private final Queue<Runnable> lane = new ArrayDeque<>();
    private final List<Object> heard = new ArrayList<>();

    private record Old(int n) {
    }

    private record New(int n, String more) {
    }

    private void run() {
        for (Runnable next = lane.poll(); next != null; next = lane.poll()) {
            next.run();
        }
    }

    @Test
    void whatComesWhileASubscriptionIsVacantWaitsForTheNextHandler() {
        Registration registration = bus.subscribe("/n", Old.class, Qos.DEFAULT, lane::add, (body, message) -> heard.add(body));
        Publisher<Map<?, ?>> publisher = publisher();
        publisher.publish(Map.of("n", 1));
        run();
        publisher.publish(Map.of("n", 2));
        bus.vacate(registration);
        publisher.publish(Map.of("n", 3));
        run();
        publisher.publish(Map.of("n", 4));
        run();
        assertThat(heard).containsExactly(new Old(1));
        bus.occupy(registration, New.class, (body, message) -> heard.add(body));
        publisher.publish(Map.of("n", 5, "more", "x"));
        run();
        assertThat(heard).containsExactly(new Old(1), new New(2, ""), new New(3, ""), new New(4, ""), new New(5, "x"));
        assertThat(bus.statistics().total().dropped()).isEmpty();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Publisher<Map<?, ?>> publisher() {
        return (Publisher) bus.publisher("/n", Map.class);
    }

    @Test
    void aVacantSubscriptionIsBoundedAsEver() {
        Registration registration =
                bus.subscribe("/n", Integer.class, buffer(Overflow.DROP_OLDEST, 2), lane::add, (body, message) -> heard.add(body));
        bus.vacate(registration);
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        for (int i = 1; i <= 5; i++) {
            publisher.publish(i);
        }
        bus.occupy(registration, Integer.class, (body, message) -> heard.add(body));
        run();
        assertThat(heard).containsExactly(4, 5);
        assertThat(bus.statistics().total().dropped()).containsOnly(Map.entry(Drop.OVERFLOW, 3L));
    }

    @Test
    void requestsWaitForTheNextHandlerButThoseUnderWayFail() {
        Registration registration = bus.serve("/s", Integer.class, Integer.class, lane::add,
                (body, request) -> new CompletableFuture<>());
        Caller<Integer, Integer> caller = bus.caller("/s", Integer.class, Integer.class);
        CompletableFuture<Integer> begun = caller.call(1, Duration.ofSeconds(SECONDS));
        run();
        CompletableFuture<Integer> waiting = caller.call(2, Duration.ofSeconds(SECONDS));
        bus.vacate(registration);
        run();
        assertThatThrownBy(() -> join(begun)).hasCauseInstanceOf(NoProvider.class);
        assertThat(waiting).isNotDone();
        bus.occupy(registration, Integer.class, Integer.class, (body, request) -> completedFuture(body * 10));
        run();
        assertThat(join(waiting)).isEqualTo(20);
    }

    @Test
    void onlyTheViewThatHasItCanGiveItAway() {
        Registration registration = hub.view("other", null).subscribe("/n", Integer.class, heard::add);
        assertThatThrownBy(() -> bus.vacate(registration)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not of this view");
    }
}
