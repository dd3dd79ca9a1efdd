package io.anole.provider.tcp.internal;

/**
 * Acknowledgements of messages that nobody waits for. A few may wait a moment for something to travel with: a packet for each,
 * and waking who gets it, would cost more than the messages do.
 */
final class Receipts {
    /** How long they may wait. */
    static final int MOMENT_MS = 1;
    private static final int MANY_TOKENS = 32;
    private static final int MANY = 256;
    private static final long LARGE = 64 << 10;

    private final Ranges ranges = new Ranges();
    private int tokens;
    private int messages;
    private long bytes;
    private boolean urgent;

    /** @param count of messages that this token stands for */
    void add(long token, int count, int size) {
        ranges.add(token);
        tokens++;
        messages += count;
        bytes += size;
    }

    /** They wait no longer. */
    void hurry() {
        urgent = true;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether they go out even if nothing else does. */
    boolean due() {
        return urgent || tokens >= MANY_TOKENS || messages >= MANY || bytes >= LARGE;
    }

    void write(Out out) {
        out.ranges(Frame.DELIVERED, ranges);
        clear();
    }

    /** All of a range, and at once. */
    void addAll(long first, long last) {
        ranges.add(first, last);
        urgent = true;
    }

    void clear() {
        ranges.clear();
        tokens = 0;
        messages = 0;
        bytes = 0;
        urgent = false;
    }
}
