package io.anole.bus;

import java.util.List;
import java.util.Map;

/**
 * A reading of everything a bus has counted since it was opened. The counters of a closed endpoint live on in
 * {@code total}.
 *
 * @param bus       the bus's name
 * @param provider  the kind of its provider
 * @param link      the state of its link
 * @param detail    why the link is not up, or where it leads
 * @param total     all endpoints together
 * @param endpoints the open ones
 */
public record Statistics(String bus, String provider, LinkState link, String detail, Counters total,
        List<Endpoint> endpoints) {
    /** State of a link. */
    public enum LinkState { UP, DOWN }

    /** What an endpoint is. */
    public enum Kind { PUBLISHER, SUBSCRIPTION, CALLER, SERVICE, WATCH }

    /** Why a message was dropped. */
    public enum Drop {
        /** The subscription's buffer was full. */
        OVERFLOW,
        /** Its lifespan was over. */
        EXPIRED,
        /** The publish was refused. */
        REJECTED,
        /** The link was down. */
        LINK_DOWN,
        /** It had been delivered before. */
        DUPLICATE,
        /** Its body could not be read or had the wrong shape. */
        MALFORMED,
        /** The subscription was closed while it waited. */
        CLOSED,
        /** A safety rule does not allow its sender on this topic. */
        FORBIDDEN,
        /** An emergency stop held. */
        STOPPED
    }

    /**
     * One open endpoint.
     *
     * @param kind     what it is
     * @param owner    the participant it belongs to
     * @param name     its name or pattern
     * @param type     the type's name
     * @param counters what it has counted
     * @param waiting  messages now in its buffer
     */
    public record Endpoint(Kind kind, String owner, String name, String type, Counters counters, long waiting) {
    }

    /**
     * Counters; they only grow.
     *
     * @param sent            published, called, or answered
     * @param received        reached the buffer
     * @param handled         handled without an error
     * @param failed          the handler threw, or the send failed
     * @param missedDeadlines times nothing came within the deadline
     * @param dropped         by reason; reasons that never happened are left out
     */
    public record Counters(long sent, long received, long handled, long failed, long missedDeadlines,
            Map<Drop, Long> dropped) {
    }
}
