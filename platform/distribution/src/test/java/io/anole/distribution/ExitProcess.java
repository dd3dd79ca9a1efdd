package io.anole.distribution;

import io.anole.process.Filter;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.concurrent.CompletableFuture;

/** Does to its JVM what is asked of it by the service {@code /misbehave}: exit, deadlock or hang, in its next cycle. */
public final class ExitProcess implements ManagedProcess {
    private final Object left = new Object();
    private final Object right = new Object();
    private final Mailbox mail;
    private String wish = "";

    public ExitProcess(Mailboxes boxes) {
        mail = boxes.open();
        mail.on(Filter.subject("hello"), letter -> mail.reply(letter, "hello"));
        mail.serve("/misbehave", String.class, String.class, (asked, request) -> {
            wish = asked;
            return CompletableFuture.completedFuture(asked);
        });
    }

    @Override
    public void life() throws Exception {
        switch (wish) {
            case "exit" -> System.exit(0);
            case "deadlock" -> deadlock();
            case "hang" -> hang();
            default -> {
                // Well behaved.
            }
        }
    }

    private void deadlock() throws InterruptedException {
        Thread other = new Thread(() -> {
            synchronized (right) {
                synchronized (left) {
                    mail.status("reached");
                }
            }
        }, "other");
        synchronized (left) {
            other.start();
            while (other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            synchronized (right) {
                mail.status("reached");
            }
        }
    }

    private static void hang() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    void death() {
        mail.close();
    }
}
