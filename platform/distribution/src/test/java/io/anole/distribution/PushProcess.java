package io.anole.distribution;

import io.anole.process.Letter;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.FrameworkUtil;

/**
 * Sends {@code tally} numbers by mail, five in each of 300 cycles a second, and answers {@code /pushed}: what became of them. The header
 * {@code Push} of its bundle says how many; {@link #ALL} if there is none.
 */
public final class PushProcess implements ManagedProcess {
    /** How many it sends, one after the other. */
    static final long ALL = 4000;
    private static final int PER_CYCLE = 5;

    private final Mailbox mail;
    private final long all;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long sent;

    /** What became of it. */
    public record Pushed(long taken, long failed) {
    }

    public PushProcess(Mailboxes boxes) {
        String told = FrameworkUtil.getBundle(getClass()).getHeaders("").get("Push");
        all = told == null ? ALL : Long.parseLong(told);
        mail = boxes.open("push");
        mail.serve("/pushed", Object.class, Pushed.class,
                (nothing, request) -> CompletableFuture.completedFuture(new Pushed(taken.get(), failed.get())));
    }

    @Override
    public void life() {
        for (int i = 0; i < PER_CYCLE && sent < all; i++) {
            mail.send(Letter.to("tally", "number", ++sent))
                    .whenComplete((done, error) -> (error == null ? taken : failed).incrementAndGet());
        }
    }

    void death() {
        mail.close();
    }
}
