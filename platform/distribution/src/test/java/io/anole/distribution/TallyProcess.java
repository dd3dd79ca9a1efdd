package io.anole.distribution;

import io.anole.process.Filter;
import io.anole.process.HandOver;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.FrameworkUtil;

/**
 * Hears numbers by mail and answers the service {@code /tallied}: how many came, how many of them out of order, and how often it has
 * moved. Whoever comes after it counts on. With the header {@code Mode: life-throws} of its bundle each of its cycles fails.
 */
public final class TallyProcess implements ManagedProcess, HandOver<TallyProcess.Tally> {
    private final Mailbox mail;
    private final boolean bad;
    private long received;
    private long last;
    private long wrong;
    private long moves;

    /** What it has counted. */
    public record Tally(long received, long last, long wrong, long moves) {
    }

    public TallyProcess(Mailboxes boxes) {
        bad = "life-throws".equals(FrameworkUtil.getBundle(getClass()).getHeaders("").get("Mode"));
        mail = boxes.open("tally");
        mail.on(Filter.subject("number"), Long.class, (number, letter) -> {
            received++;
            wrong += number == last + 1 ? 0 : 1;
            last = number;
        });
        mail.serve("/tallied", Object.class, Tally.class, (nothing, request) -> CompletableFuture.completedFuture(handOver()));
    }

    @Override
    public void life() {
        if (bad) {
            throw new IllegalStateException("lost count");
        }
    }

    @Override
    public Class<Tally> stateType() {
        return Tally.class;
    }

    @Override
    public Tally handOver() {
        return new Tally(received, last, wrong, moves);
    }

    @Override
    public void takeOver(Tally state) {
        received = state.received();
        last = state.last();
        wrong = state.wrong();
        moves = state.moves() + 1;
    }

    void death() {
        mail.close();
    }
}
