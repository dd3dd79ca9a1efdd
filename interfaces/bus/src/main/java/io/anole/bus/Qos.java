package io.anole.bus;

import java.time.Duration;
import java.util.Objects;

/**
 * Quality of service of a publisher or a subscription, in the words of DDS and ROS 2. What a provider can't do it refuses
 * with {@link BusException.Unsupported}, or emulates and says so in its capabilities.
 *
 * @param reliability RELIABLE: not lost and not seen twice while the link is up, nor across reconnects where the system can
 *                    hold messages. BEST_EFFORT: may be dropped, and each drop is counted
 * @param durability  of a publisher: whether its newest message is kept for subscriptions that come later; of a
 *                    subscription: whether it wants that message first
 * @param overflow    what happens when a subscription's buffer is full
 * @param depth       messages that a subscription may hold unhandled, 1 to {@link #MAX_DEPTH}
 * @param lifespan    after this time a message is dropped instead of delivered; zero for never. Set by the publisher
 * @param deadline    a subscription that hears nothing for this time counts a missed deadline; zero for none
 */
public record Qos(Reliability reliability, Durability durability, Overflow overflow, int depth, Duration lifespan,
        Duration deadline) {
    /** Largest {@link #depth}. */
    public static final int MAX_DEPTH = 1 << 20;

    /** RELIABLE, holds back its publisher when 1024 messages wait. */
    public static final Qos DEFAULT =
            new Qos(Reliability.RELIABLE, Durability.VOLATILE, Overflow.BLOCK, 1024, Duration.ZERO, Duration.ZERO);
    /** BEST_EFFORT, the newest 5: readings of which only the latest matter. */
    public static final Qos SENSOR_DATA =
            new Qos(Reliability.BEST_EFFORT, Durability.VOLATILE, Overflow.DROP_OLDEST, 5, Duration.ZERO, Duration.ZERO);
    /** RELIABLE, the newest only, dead after half a second: a stale command must not move a robot. */
    public static final Qos COMMAND = new Qos(Reliability.RELIABLE, Durability.VOLATILE, Overflow.DROP_OLDEST, 1,
            Duration.ofMillis(500), Duration.ZERO);

    /** Whether a message may be lost. */
    public enum Reliability { RELIABLE, BEST_EFFORT }

    /** Whether late subscriptions are given the newest message. */
    public enum Durability { VOLATILE, TRANSIENT_LOCAL }

    /** What a full buffer does. */
    public enum Overflow {
        /** Holds back the publisher, up to the bus's time limit; then the publish fails with Rejected. */
        BLOCK,
        /** Drops the oldest message and counts it. With depth 1 only the latest is ever seen. */
        DROP_OLDEST,
        /** Fails the publish with Rejected at once. */
        REJECT
    }

    public Qos {
        Objects.requireNonNull(reliability, "reliability");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(overflow, "overflow");
        if (depth < 1 || depth > MAX_DEPTH) {
            throw new IllegalArgumentException("depth " + depth + " is not within 1 and " + MAX_DEPTH);
        }
        if (lifespan.isNegative() || deadline.isNegative()) {
            throw new IllegalArgumentException("lifespan and deadline can't be negative");
        }
    }

    /** This, with another overflow and depth. */
    public Qos buffer(Overflow newOverflow, int newDepth) {
        return new Qos(reliability, durability, newOverflow, newDepth, lifespan, deadline);
    }

    /** This, with another reliability. */
    public Qos reliability(Reliability other) {
        return new Qos(other, durability, overflow, depth, lifespan, deadline);
    }

    /** This, with another durability. */
    public Qos durability(Durability other) {
        return new Qos(reliability, other, overflow, depth, lifespan, deadline);
    }

    /** This, with another lifespan. */
    public Qos lifespan(Duration other) {
        return new Qos(reliability, durability, overflow, depth, other, deadline);
    }

    /** This, with another deadline. */
    public Qos deadline(Duration other) {
        return new Qos(reliability, durability, overflow, depth, lifespan, other);
    }
}
