package io.anole.distribution;

import io.anole.process.HandOver;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.concurrent.CompletableFuture;

/**
 * Hears {@code /flood} and answers the service {@code /count}: how many came, and how many of them out of order. The next version
 * of its bundle counts on.
 */
public final class CountProcess implements ManagedProcess, HandOver<CountProcess.Count> {
    private final Mailbox mail;
    private long first;
    private long last;
    private long received;
    private long wrong;

    /** What it has counted. */
    public record Count(long first, long last, long received, long wrong) {
    }

    public CountProcess(Mailboxes boxes) {
        mail = boxes.open("count");
        mail.subscribe("/flood", Long.class, this::heard);
        mail.serve("/count", Object.class, Count.class,
                (nothing, request) -> CompletableFuture.completedFuture(handOver()));
    }

    private void heard(Long number) {
        if (received++ == 0) {
            first = number;
        } else if (number != last + 1) {
            wrong++;
        }
        last = number;
    }

    @Override
    public Class<Count> stateType() {
        return Count.class;
    }

    @Override
    public Count handOver() {
        return new Count(first, last, received, wrong);
    }

    @Override
    public void takeOver(Count state) {
        first = state.first();
        last = state.last();
        received = state.received();
        wrong = state.wrong();
    }

    void death() {
        mail.close();
    }
}
