package io.anole.bus;

/** How long a state value stays. */
public enum Lifetime {
    /** Until it is overwritten or removed. */
    DURABLE,
    /** Until its owner closes, at once, or dies, within the provider's detection time; never resurrected. */
    EPHEMERAL
}
