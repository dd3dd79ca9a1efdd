package io.anole.bus.provider;

import java.util.Map;

/**
 * What a system can do. A provider never pretends: what is refused fails with
 * {@link io.anole.bus.BusException.Unsupported}, and what is emulated says how in {@code notes}.
 *
 * @param support     for each ability; one that is not named is refused
 * @param byReference whether bodies pass as they are; otherwise the hub gives trees (see {@link io.anole.bus.Shapes})
 * @param maxPayload  largest encoded body, in bytes
 * @param notes       one line for users per emulated or limited ability
 */
public record Capabilities(Map<Ability, Support> support, boolean byReference, long maxPayload,
        Map<Ability, String> notes) {
    public Capabilities {
        support = Map.copyOf(support);
        notes = Map.copyOf(notes);
    }

    /** Single things a system may be able to do. */
    public enum Ability {
        /** Best-effort messages. */
        BEST_EFFORT,
        /** Acknowledged messages. */
        RELIABLE,
        /** RELIABLE messages survive the loss and return of the link. */
        HOLDS,
        /** The newest message is kept for late subscriptions. */
        TRANSIENT_LOCAL,
        /** The system itself drops messages past their lifespan. */
        LIFESPAN,
        /** Subscriptions with wildcards. */
        PATTERNS,
        /** Requests and answers. */
        REQUEST,
        /** A served name belongs to one server. */
        EXCLUSIVE_SERVE,
        /** State that is put and got. */
        STATE,
        /** State that is watched. */
        WATCH,
        /** State that ends with its owner. */
        EPHEMERAL,
        /** The source of a message can't be forged by another client. */
        IDENTITY
    }

    /** How it is done. */
    public enum Support { NATIVE, EMULATED, REFUSED }

    /** How this ability is done. */
    public Support of(Ability ability) {
        return support.getOrDefault(ability, Support.REFUSED);
    }

    /** Whether it can be asked for. */
    public boolean can(Ability ability) {
        return of(ability) != Support.REFUSED;
    }
}
