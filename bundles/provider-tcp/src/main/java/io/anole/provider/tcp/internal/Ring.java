package io.anole.provider.tcp.internal;

import java.util.function.BiConsumer;

/** What was sent and is not acknowledged, by token; tokens are given in order from 1. */
final class Ring<T> {
    private static final int MOST_IDLE = 4096;

    private Object[] items = new Object[16];
    private long first = 1;
    private long next = 1;

    long add(T item) {
        if (next - first == items.length) {
            Object[] larger = new Object[2 * items.length];
            for (long token = first; token < next; token++) {
                larger[(int) (token & larger.length - 1)] = items[at(token)];
            }
            items = larger;
        }
        items[at(next)] = item;
        return next++;
    }

    private int at(long token) {
        return (int) (token & items.length - 1);
    }

    /** Null if it is not there, or was removed. */
    @SuppressWarnings("unchecked")
    T get(long token) {
        return token < first || token >= next ? null : (T) items[at(token)];
    }

    T remove(long token) {
        T item = get(token);
        if (item != null) {
            items[at(token)] = null;
            while (first < next && items[at(first)] == null) {
                first++;
            }
            if (first == next && items.length > MOST_IDLE) {
                items = new Object[16];
            }
        }
        return item;
    }

    boolean isEmpty() {
        return first == next;
    }

    /** Of a range that somebody else tells, what can be here. */
    long firstOf(long from) {
        return Math.max(from, first);
    }

    long lastOf(long to) {
        return Math.min(to, next - 1);
    }

    /** All from this token on, in order; may be removed meanwhile. */
    void forEach(long from, BiConsumer<Long, T> action) {
        for (long token = firstOf(from); token < next; token++) {
            T item = get(token);
            if (item != null) {
                action.accept(token, item);
            }
        }
    }
}
