package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.testkit.Line;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.opentest4j.TestAbortedException;

/**
 * What all groups of the contract share: two participants of one system, {@code here} and {@code there}. Where links meet,
 * each has a bus and a link of its own; otherwise both share one. The participants are the test's own, the buses are shared
 * with other tests unless they {@link #breaks() break}.
 */
abstract class Contract {
    private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime());

    final ProviderContract subject;
    final Duration patience;
    /** All names of one test lie below it. */
    final String root = "/tck/" + Long.toString(NUMBERS.incrementAndGet(), 36);
    Bus here;
    Bus there;
    Line lineHere;
    Line lineThere;
    TestBus busHere;
    TestBus busThere;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Contract(ProviderContract subject) {
        this.subject = subject;
        patience = subject.patience();
    }

    @BeforeEach
    final void openBuses() {
        Pair pair = breaks() ? closing(Pair.open(subject)) : subject.shared();
        lineHere = pair.lineHere();
        busHere = pair.busHere();
        lineThere = pair.lineThere();
        busThere = pair.busThere();
        here = closing(busHere.participant()).bus();
        there = closing(busThere.participant()).bus();
    }

    /** Whether a test may leave its buses broken, so that each needs its own. */
    boolean breaks() {
        return false;
    }

    @AfterEach
    final void closeAll() throws Exception {
        Exception first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes it after the test, in reverse order. */
    final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    final String name(String child) {
        return root + "/" + child;
    }

    final <T> Heard<T> heard() {
        return new Heard<>(patience);
    }

    final Seen seen() {
        return new Seen(patience);
    }

    /** Subscribes and waits until it holds. */
    final <T> Heard<T> hear(Bus bus, String pattern, Class<T> type, Qos qos) {
        Heard<T> heard = heard();
        ready(bus.subscribe(pattern, type, qos, heard));
        return heard;
    }

    final Registration ready(Registration registration) {
        done(registration.ready());
        return registration;
    }

    /** The stage's value, in time; what it fails with is thrown. */
    final <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BusException why) {
                throw why;
            }
            throw new AssertionError("failed with " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not done within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What the stage fails with, in time. */
    final Throwable failure(CompletionStage<?> stage) {
        try {
            Object value = done(stage);
            return fail("succeeded with " + value + " instead of failing");
        } catch (BusException e) {
            return e;
        }
    }

    final ConditionFactory patiently() {
        return Awaitility.await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(2, TimeUnit.MILLISECONDS);
    }

    /**
     * Whether the provider refuses the ability; then asks for it all the same, and wants the typed refusal.
     *
     * @param attempt what needs the ability
     */
    final boolean refused(Ability ability, Callable<? extends CompletionStage<?>> attempt) {
        if (subject.capabilities().can(ability)) {
            return false;
        }
        Throwable why;
        try {
            CompletionStage<?> stage = attempt.call();
            why = failure(stage);
        } catch (Exception thrown) {
            why = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        }
        assertThat(why).as(ability + " is refused by the capabilities").isInstanceOf(BusException.Unsupported.class);
        subject.notAsked(ability + ": refused, as stated");
        return true;
    }

    /** Ends the test, reported as aborted, because there is no way to ask. */
    final void notAsked(String what) {
        subject.notAsked(what);
        throw new TestAbortedException("not asked: " + what);
    }

    /** What the subscription {@code here} with this name has dropped. */
    final long dropped(String name, Drop reason) {
        return endpoint(here, Statistics.Kind.SUBSCRIPTION, name).counters().dropped().getOrDefault(reason, 0L);
    }

    /** The counters of the one endpoint with this name or pattern. */
    final Statistics.Endpoint endpoint(Bus bus, Statistics.Kind kind, String name) {
        String canonical = name.indexOf('*') < 0 ? Name.of(name).toString() : name;
        return bus.statistics().endpoints().stream()
                .filter(endpoint -> endpoint.kind() == kind && endpoint.name().equals(canonical)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " '" + canonical + "' among "
                        + bus.statistics().endpoints()));
    }

    /** A gate for handlers, opened at the latest when the test ends. */
    final CountDownLatch gate() {
        CountDownLatch gate = new CountDownLatch(1);
        closing(gate::countDown);
        return gate;
    }

    /** Runs on a thread of its own. */
    final CompletableFuture<Void> start(Action action) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                action.run();
                result.complete(null);
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }, "tck");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }
}
