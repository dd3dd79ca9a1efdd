package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.netty.buffer.ByteBuf;

/**
 * The other side's monotonic clock, as far as it is known here: so that what waited on the line, or in a machine that stood
 * still, is not taken for fresh. Each side tells its clock with the newest it has heard of the other's, and for how long it has had
 * that; as in NTP (RFC 5905, section 8) such a round trip shows how far the clocks are apart, to within its own length. Where
 * that leaves it open, what came counts as older: a life may end too early by the shortest round trip, never too late. Belongs
 * to the event loop.
 */
final class PeerClock {
    /** Clocks drift apart by one part in this at most; quartz does by one in 20,000. */
    private static final int DRIFT = 5_000;
    private static final int NOTHING_HEARD = -1;

    /** Their clock as they told it last, and this one when it came. */
    private long theirs;
    private long came;
    private boolean heard;
    /** This clock is ahead of theirs by no less; how sure that is gets less from the time it was found. */
    private long ahead;
    private long found;
    private boolean known;

    /** Writes what is told of this clock. */
    void write(ByteBuf out, long now) {
        out.writeLong(now).writeLong(theirs).writeLong(heard ? now - came : NOTHING_HEARD);
    }

    /** Reads what the other side has written. */
    void read(ByteBuf in, long now) {
        theirs = in.readLong();
        came = now;
        heard = true;
        long mine = in.readLong();
        long held = in.readLong();
        if (held >= 0) {
            met(mine + held - held / DRIFT - theirs, now - theirs, now);
        }
    }

    /** Their clock is behind this one by something between the two. */
    private void met(long least, long most, long now) {
        long sure = ahead(now);
        // Where both can't be true one of the machines slept, and its clock with it.
        if (!known || least - sure > 0 || most - sure < 0) {
            ahead = least;
            found = now;
            known = true;
        }
    }

    private long ahead(long now) {
        return ahead - (now - found) / DRIFT;
    }

    /** How long what comes now was on its way, in ns, rather more than less; 0 if nothing is known. */
    long underWay(long now) {
        return known ? Math.max(0, now - theirs - ahead(now)) : 0;
    }

    /** As below, for ms; 0 is over already. */
    long expiresIn(int millis) {
        return expires(Math.max(1, millis * 1_000_000L));
    }

    /**
     * When something is over that had so much life left, in ns, when it was sent; as in {@link Message#expires()}, and
     * {@link Message#NEVER} for 0.
     */
    long expires(long left) {
        if (left == 0) {
            return Message.NEVER;
        }
        long now = System.nanoTime();
        long expires = now + (Math.max(1, left) - underWay(now));
        return expires == Message.NEVER ? 1 : expires;
    }
}
