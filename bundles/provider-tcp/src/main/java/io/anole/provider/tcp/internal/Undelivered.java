package io.anole.provider.tcp.internal;

/** What one client has published and not all who shall have it have had, in the order of its tokens. */
final class Undelivered {
    private static final int LEAST = 16;
    private static final int MOST_IDLE = 4096;

    private Delivery[] items = new Delivery[LEAST];
    private int first;
    /** With those that are over behind one that is not. */
    private int size;
    private int open;
    private int messages;

    /** Its token is higher than that of any before. */
    void add(Delivery delivery) {
        if (size == items.length) {
            resize(open < size / 2 ? items.length : 2 * items.length);
        }
        items[first + size++ & items.length - 1] = delivery;
        open++;
        messages += delivery.count();
    }

    private void resize(int length) {
        Delivery[] all = new Delivery[length];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Delivery one = at(i);
            if (!one.over()) {
                all[kept++] = one;
            }
        }
        items = all;
        first = 0;
        size = kept;
    }

    private Delivery at(int index) {
        return items[first + index & items.length - 1];
    }

    /** One of them is over. */
    void ended(Delivery delivery) {
        open--;
        messages -= delivery.count();
        while (size > 0 && at(0).over()) {
            items[first] = null;
            first = first + 1 & items.length - 1;
            size--;
        }
        if (size == 0 && items.length > MOST_IDLE) {
            items = new Delivery[LEAST];
            first = 0;
        }
    }

    /** Null if it is over, or never was. */
    Delivery get(long token) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            Delivery found = at(middle);
            if (found.token() == token) {
                return found.over() ? null : found;
            }
            if (found.token() < token) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** How many fit before it grows. */
    int room() {
        return items.length;
    }

    /** How many messages are not over. */
    int messages() {
        return messages;
    }
}
