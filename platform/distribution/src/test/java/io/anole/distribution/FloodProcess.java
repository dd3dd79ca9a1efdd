package io.anole.distribution;

import io.anole.bus.Publisher;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;

/** Publishes 1,000 messages a second on {@code /flood}, as long as it lives: ten in each of 100 cycles. */
public final class FloodProcess implements ManagedProcess {
    private static final int PER_CYCLE = 10;

    private final Mailbox mail;
    private final Publisher<Long> publisher;
    private long sent;

    public FloodProcess(Mailboxes boxes) {
        mail = boxes.open("flood");
        publisher = mail.publisher("/flood", Long.class);
    }

    @Override
    public void life() {
        for (int i = 0; i < PER_CYCLE; i++) {
            publisher.publish(++sent).toCompletableFuture().join();
        }
    }

    void death() {
        mail.close();
    }
}
