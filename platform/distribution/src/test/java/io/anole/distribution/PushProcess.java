package io.anole.distribution;

import io.anole.process.Letter;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Sends {@code tally} numbers by mail, five in each of 300 cycles a second, and answers {@code /pushed}: what became of them. */
public final class PushProcess implements ManagedProcess {
    /** How many it sends, one after the other. */
    static final long ALL = 4000;
    private static final int PER_CYCLE = 5;

    private final Mailbox mail;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long sent;

    /** What became of it. */
    public record Pushed(long taken, long failed) {
    }

    public PushProcess(Mailboxes boxes) {
        mail = boxes.open("push");
        mail.serve("/pushed", Object.class, Pushed.class,
                (nothing, request) -> CompletableFuture.completedFuture(new Pushed(taken.get(), failed.get())));
    }

    @Override
    public void life() {
        for (int i = 0; i < PER_CYCLE && sent < ALL; i++) {
            mail.send(Letter.to("tally", "number", ++sent))
                    .whenComplete((done, error) -> (error == null ? taken : failed).incrementAndGet());
        }
    }

    void death() {
        mail.close();
    }
}
