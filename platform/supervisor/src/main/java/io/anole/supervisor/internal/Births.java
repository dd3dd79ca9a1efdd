package io.anole.supervisor.internal;

import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which process is being born on which thread, and so whose mailbox is asked for there. */
final class Births implements Mailboxes {
    private final Participants participants;
    private final Life.Shared shared;
    private final Consumer<String> emergency;
    private final Map<Thread, Life> births = new ConcurrentHashMap<>();
    private volatile Duration patience;

    /** @param emergency stops everything, for a reason */
    Births(Participants participants, Life.Shared shared, Duration patience, Consumer<String> emergency) {
        this.participants = participants;
        this.shared = shared;
        this.patience = patience;
        this.emergency = emergency;
    }

    /** How long mail waits for room, from the next birth on. */
    void patience(Duration changed) {
        patience = changed;
    }

    void begin(Life life) {
        births.put(life.thread(), life);
    }

    void over(Life life) {
        births.remove(life.thread());
    }

    @Override
    public Mailbox open() {
        return open(null);
    }

    @Override
    public Mailbox open(String process) {
        Life life = births.get(Thread.currentThread());
        if (life == null) {
            throw new IllegalStateException("a mailbox can only be opened by a process in its birth, on its own thread"
                    + (process == null ? "" : ", but '" + process + "' is not being born on this one")
                    + "; is its component immediate, or its service used by another bundle?");
        }
        String name = life.spec().name();
        if (process != null && !process.equals(name)) {
            throw new IllegalStateException("process '" + name + "' can't open the mailbox of '" + process + "'");
        }
        if (life.postbox() == null) {
            String bus = life.spec().bus();
            ParticipantBus view = participants.open(bus, name, null);
            try {
                Postbox postbox = new Postbox(life, view, shared, patience,
                        reason -> emergency.accept(reason + " (by process '" + name + "')"));
                life.estate().enter(postbox, participants, bus, patience);
                life.opened(postbox);
                postbox.settle();
            } catch (RuntimeException e) {
                view.close();
                throw e;
            }
        }
        return life.postbox();
    }
}
