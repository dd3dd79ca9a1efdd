package io.anole.provider.tcp.internal;

/**
 * How far one RELIABLE message has come, or several that came together. It is accepted when each session that shall have it
 * holds it and has room for it, and delivered when each has acknowledged it, or has ended. Both are told to who published it.
 */
final class Delivery {
    private final RouterSession from;
    private final long token;
    private final int size;
    private final int count;
    private int owed = 1;
    private int blocked = 1;
    /** Its publisher knows that it is accepted, and does not wait for more. */
    private boolean told;

    /** @param from null for a message that the router itself sends again */
    Delivery(RouterSession from, long token, int size, int count) {
        this.from = from;
        this.token = token;
        this.size = size;
        this.count = count;
    }

    /** Null for the router itself. */
    RouterSession from() {
        return from;
    }

    void owe() {
        owed++;
    }

    void block() {
        blocked++;
    }

    void unblock() {
        if (--blocked == 0 && from != null && owed > 0) {
            told = true;
            from.accepted(token);
        }
    }

    void done() {
        if (--owed == 0 && from != null) {
            from.delivered(this, size, !told);
        }
    }

    long token() {
        return token;
    }

    /** How many messages it is. */
    int count() {
        return count;
    }

    /** Whether all have had it. */
    boolean over() {
        return owed == 0;
    }

    boolean accepted() {
        return blocked == 0;
    }

    /** All who shall have it are known now. */
    void routed() {
        if (owed == 1) {
            blocked = 0;
        } else {
            unblock();
        }
        done();
    }
}
