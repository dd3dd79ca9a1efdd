package io.anole.supervisor.tests;

import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process for a bundle of its own, see {@link GuestBundle}. What happens to it goes into the queue that the system properties
 * hold under its name, which is the one thing that the class loaders of all frameworks share.
 */
public final class Guest implements ManagedProcess {
    private final Mailbox mail;
    private boolean living;

    public Guest(Mailboxes boxes) {
        mail = boxes.open();
        tell("birth");
    }

    @SuppressWarnings("unchecked")
    private static void tell(String what) {
        ((Queue<String>) System.getProperties().get(Guest.class.getName())).add(what);
    }

    @Override
    public void life() {
        living = true;
        tell("life");
        mail.sleep(Duration.ofMinutes(1));
        living = false;
    }

    void death() throws InterruptedException {
        tell(living ? "death during life" : "death");
        // Takes a while, and nothing can shorten it.
        new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
    }
}
