package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.Message;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Hears topics for a command, on the command's own thread: a terminal that is slower than the topic loses the oldest
 * messages, says so at the end, and holds nobody back.
 */
final class Listening {
    private static final Qos LISTENING = Qos.DEFAULT.buffer(Qos.Overflow.DROP_OLDEST, 1000);
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Invocation invocation;
    private final Bus bus;
    private final Pattern pattern;
    private final Qos qos;
    private final Loop loop;
    private boolean up = true;
    private long heard;
    private RuntimeException failure;

    /** What is done with a message. */
    @FunctionalInterface
    interface Printer {
        void print(Message message);
    }

    Listening(Invocation invocation, Bus bus, Pattern pattern, boolean latched) {
        this.invocation = invocation;
        this.bus = bus;
        this.loop = invocation.loop();
        this.pattern = pattern;
        this.qos = latched ? LISTENING.durability(Qos.Durability.TRANSIENT_LOCAL) : LISTENING;
    }

    Pattern pattern() {
        return pattern;
    }

    /**
     * Prints messages.
     *
     * @param times   how many, or null for until the user ends it
     * @param timeout seconds after which it gives up, or null for never
     * @return the exit code
     */
    int until(Long times, Double timeout, Printer printer) throws Exception {
        long wanted = positive("--times", times);
        if (timeout != null && !(timeout > 0)) {
            throw new Failure(Failure.USAGE, "--timeout " + timeout + " is not above 0");
        }
        long begin = System.nanoTime();
        long limit = timeout == null ? YEAR : (long) (timeout * SECOND);
        try (Registration subscription = subscribe(printer, wanted, Math.min(limit, Invocation.PATIENCE.toNanos()))) {
            long deadline = begin + limit;
            if (!hear(deadline, () -> heard >= wanted || stopped())) {
                throw new Failure(Failure.TIMEOUT, heard + " of " + (times == null ? "any number of" : wanted)
                        + " messages on " + pattern + " within " + timeout + " s");
            }
            noteDropped();
        }
        return end();
    }

    /** Counts messages and reports each second; {@code report} says whether it had something to say. */
    int everySecond(Long times, Printer counter, BooleanSupplier report) throws Exception {
        long wanted = positive("--times", times);
        try (Registration subscription = subscribe(counter, Long.MAX_VALUE, Invocation.PATIENCE.toNanos())) {
            long next = System.nanoTime();
            for (long reports = 0; reports < wanted && !stopped();) {
                next += SECOND;
                hear(next, this::stopped);
                reports += report.getAsBoolean() ? 1 : 0;
                invocation.terminal().flush();
            }
            noteDropped();
        }
        return end();
    }

    /** Runs what comes until the condition holds, and says once a second what has become of the bus's connection. */
    private boolean hear(long deadline, BooleanSupplier enough) throws InterruptedException {
        long left = deadline - System.nanoTime();
        while (!loop.runUntil(System.nanoTime() + Math.min(left, SECOND), enough)) {
            noteLink();
            left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
        }
        return true;
    }

    private void noteLink() {
        String down = Invocation.down(bus);
        if (down.isEmpty() != up) {
            up = down.isEmpty();
            invocation.terminal().note("bus '" + bus.name() + "' is " + (up ? "up again" : "down: " + down + "; waiting"));
        }
    }

    /** @param patience in ns */
    private Registration subscribe(Printer printer, long wanted, long patience) throws Exception {
        Registration subscription = bus.subscribe(pattern.toString(), Object.class, qos, (body, message) -> {
            if (heard < wanted && !stopped()) {
                heard++;
                try {
                    printer.print(message);
                } catch (RuntimeException e) {
                    failure = e;
                }
                invocation.terminal().flush();
            }
        });
        Invocation.await(subscription.ready(), "subscribing to " + pattern, Duration.ofNanos(patience));
        boolean published = Graph.of(bus, loop).of(Kind.PUBLISHER, endpoint -> !endpoint.isPattern()).stream()
                .flatMap(endpoint -> endpoint.name().name().stream()).anyMatch(pattern::matches);
        if (!published) {
            invocation.terminal().note("nobody is known to publish " + pattern + " now; waiting");
        }
        return subscription;
    }

    private boolean stopped() {
        return failure != null || invocation.terminal().out().checkError();
    }

    private int end() {
        if (failure != null) {
            throw failure;
        }
        return 0;
    }

    private void noteDropped() {
        long dropped = bus.statistics().endpoints().stream()
                .filter(endpoint -> endpoint.kind() == Statistics.Kind.SUBSCRIPTION
                        && endpoint.owner().equals(invocation.participant()))
                .mapToLong(endpoint -> endpoint.counters().dropped().getOrDefault(Statistics.Drop.OVERFLOW, 0L)).sum();
        if (dropped > 0) {
            invocation.terminal().note(dropped + " messages came faster than they could be shown and were dropped");
        }
    }

    private static long positive(String option, Long number) {
        if (number == null) {
            return Long.MAX_VALUE;
        }
        if (number < 1) {
            throw new Failure(Failure.USAGE, option + " " + number + " is not above 0");
        }
        return number;
    }
}
