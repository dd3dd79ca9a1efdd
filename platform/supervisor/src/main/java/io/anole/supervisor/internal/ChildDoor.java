package io.anole.supervisor.internal;

import io.anole.process.Mail;
import io.anole.supervisor.ChildProcess;
import io.anole.supervisor.HandedState;
import io.anole.supervisor.internal.MailQueue.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The supervisor of a child JVM, as the parent sees it. */
final class ChildDoor implements ChildProcess {
    private final Roster roster;
    private final Processes processes;
    private volatile String name;

    ChildDoor(Roster roster, Processes processes) {
        this.roster = roster;
        this.processes = processes;
    }

    /** Whether the component with these properties is the process that this JVM is for. */
    boolean admits(Function<String, Object> properties) {
        Object asked = Spec.name(properties);
        return asked != null && asked.equals(name);
    }

    @Override
    public void admit(String process, Optional<HandedState> state) {
        processes.bequeath(state.orElse(null));
        name = process;
    }

    private Life life() {
        synchronized (roster) {
            Entry entry = name == null ? null : roster.entries.get(name);
            return entry != null && entry.running ? entry.life : null;
        }
    }

    private IllegalStateException notAlive() {
        return new IllegalStateException("process '" + name + "' is not alive");
    }

    @Override
    public CompletionStage<String> deliver(Mail mail) {
        Life life = life();
        if (life == null || life.postbox() == null) {
            return CompletableFuture.completedFuture(life == null ? notAlive().getMessage()
                    : "process '" + name + "' has no mailbox");
        }
        return life.estate().door().post(mail).thenApply(ack -> ack.outcome() == Outcome.TAKEN ? "" : ack.detail());
    }

    @Override
    public CompletionStage<Optional<HandedState>> handOver() {
        Life life = life();
        if (life == null) {
            return CompletableFuture.failedFuture(notAlive());
        }
        return life.succession().ask().handle((done, error) -> {
            if (error != null) {
                throw new IllegalStateException(Lines.cause(error).getMessage());
            }
            return Optional.ofNullable(life.estate().offered());
        });
    }

    @Override
    public boolean hopeless() {
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            return entry != null && entry.life != null && entry.life.end() == Life.End.HOPELESS;
        }
    }

    @Override
    public Optional<String> refusal() {
        return roster.refused.reason(this::admits);
    }

    @Override
    public void resume() {
        Life life = life();
        if (life != null) {
            life.succession().resume();
        }
    }
}
