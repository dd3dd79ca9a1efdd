package io.anole.bus.provider;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a link waits before it tries again to reach its system: twice as long after each failure, between two bounds, and up
 * to 30 % less by chance, so that not all that lost the same system come back in the same moment.
 *
 * @param least after the first failure
 * @param most  after many
 */
public record Backoff(Duration least, Duration most) {
    private static final int DOUBLINGS = 20;
    private static final double JITTER = 0.3;

    /** @throws IllegalArgumentException if they are not positive, or the wrong way round */
    public Backoff {
        if (least.isNegative() || least.isZero() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException("a wait from " + least + " to " + most + " is none");
        }
    }

    /**
     * What is configured as {@code reconnect.min.ms} and {@code reconnect.max.ms}.
     *
     * @param fallback for what is not; a longer least one moves the most
     * @throws IllegalArgumentException if one is no whole number, or outside the range
     */
    public static Backoff of(LinkConfig config, Backoff fallback) {
        long least = config.number("reconnect.min.ms", fallback.least.toMillis(), 1, 60_000);
        long most = config.number("reconnect.max.ms", Math.max(least, fallback.most.toMillis()), least, 3_600_000);
        return new Backoff(Duration.ofMillis(least), Duration.ofMillis(most));
    }

    /** @param failures how many attempts failed before the one that has just failed */
    public Duration after(int failures) {
        long least = this.least.toNanos();
        int doublings = Math.min(Math.max(0, failures), DOUBLINGS);
        long wait = least > most.toNanos() >> doublings ? most.toNanos() : least << doublings;
        return Duration.ofNanos(wait - (long) (wait * JITTER * ThreadLocalRandom.current().nextDouble()));
    }
}
