package io.anole.ros1.xmlrpc.internal;

import java.util.concurrent.atomic.AtomicLong;

/** What documents that are being received or read may take together. */
final class Memory {
    private final long most;
    private final AtomicLong used = new AtomicLong();

    Memory(long most) {
        this.most = most;
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) > most) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
