package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Caller;
import io.anole.bus.Statistics.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are held back, and let go. */
class CallersTest extends LocalBus {
    private static final int ROUNDS = 50_000;
    private static final int TURNS = 64;

    private final List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
    private final Callers callers = hub.callers();

    @BeforeEach
    void serve() {
        join(bus.serve("/n", Integer.class, Boolean.class,
                (number, request) -> CompletableFuture.completedFuture(heard.add(number))).ready());
    }

    private Caller<Integer, Boolean> caller() {
        return bus.caller("/n", Integer.class, Boolean.class);
    }

    private static CompletableFuture<Boolean> call(Caller<Integer, Boolean> caller, int number) {
        return caller.call(number, Duration.ofSeconds(SECONDS));
    }

    /** How many calls have come to the service; inside the JVM they have when a call returns. */
    private long arrived() {
        return endpoint(Kind.SERVICE, "/n").counters().received();
    }

    @Test
    void callsThatAreHeldBackComeInOrderAndOnce() {
        Caller<Integer, Boolean> caller = caller();
        List<CompletableFuture<Boolean>> calls = new ArrayList<>();
        calls.add(call(caller, 0));
        callers.hold();
        IntStream.range(1, 5).forEach(number -> calls.add(call(caller, number)));
        callers.hold();
        IntStream.range(5, 9).forEach(number -> calls.add(call(caller, number)));
        assertThat(arrived()).isEqualTo(1);

        callers.release();
        assertThat(arrived()).isEqualTo(9);
        calls.add(call(caller, 9));
        callers.release();

        calls.forEach(LocalBus::join);
        assertThat(heard).containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
        assertThat(arrived()).isEqualTo(10);
    }

    @Test
    void aCallerThatIsOpenedMeanwhileIsHeldBackAndGoesOnWithTheOthers() {
        callers.hold();
        Caller<Integer, Boolean> late = caller();
        CompletableFuture<Boolean> first = call(late, 0);
        assertThat(arrived()).isZero();

        callers.release();
        assertThat(join(first)).isTrue();
        assertThat(join(call(caller(), 1))).isTrue();
        assertThat(heard).containsExactly(0, 1);
    }

    /** It is either held back and let go with the others, or not held back at all. */
    @Test
    void aCallerThatComesWhileTheOthersAreLetGoIsNotForgotten() {
        Caller<Integer, Boolean> caller = caller();
        HubCaller<?, ?> late = (HubCaller<?, ?>) caller;
        callers.remove(late);
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger added = new AtomicInteger();
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= ROUNDS; i++) {
                await(begun, i);
                callers.add(late);
                added.set(i);
            }
        });
        for (int i = 1; i <= ROUNDS; i++) {
            callers.hold();
            begun.set(i);
            for (int turn = i % TURNS; turn > 0; turn--) {
                Thread.onSpinWait();
            }
            callers.release();
            await(added, i);
            join(call(caller, i));
            callers.remove(late);
        }
        join(adding);
    }

    private static void await(AtomicInteger count, int wanted) {
        long begin = System.nanoTime();
        while (count.get() < wanted) {
            Thread.yield();
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(SECONDS));
        }
    }

    @Test
    void aCallerThatIsClosedIsForgotten() {
        Caller<Integer, Boolean> first = caller();
        Caller<Integer, Boolean> second = caller();
        first.close();
        assertThat(callers.all()).hasSize(1).first().isSameAs(second);
        callers.hold();
        callers.release();
        assertThat(join(call(second, 0))).isTrue();
    }
}
