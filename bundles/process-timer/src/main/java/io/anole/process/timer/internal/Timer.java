package io.anole.process.timer.internal;

import io.anole.process.Frequency;
import io.anole.process.HandOver;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import io.anole.process.StateSchema;
import io.anole.signal.Requests;
import io.anole.signal.Sender;
import io.anole.signal.Signals;
import io.anole.signal.Trigger;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Triggers the signal {@code timer/tick} with a count that begins at 1, and answers the request {@code count}. A new version of it
 * goes on counting where the former one was.
 */
@Component(configurationPid = "io.anole.process.timer")
@ProcessName("timer")
@Frequency(hz = 0.2)
@StateSchema(version = 1, accepts = 1)
public final class Timer implements ManagedProcess, HandOver<Long> {
    private final Mailbox mail;
    private final Sender sender;
    private final Trigger tick;
    private long count;

    @Activate
    public Timer(@Reference Mailboxes boxes, @Reference Signals signals) {
        mail = boxes.open("timer");
        sender = signals.router(mail.bus()).addSender("timer", Set.of("tick"), Requests.of("count", params -> count));
        tick = sender.signal("tick");
    }

    @Override
    public void life() {
        tick.trigger(++count);
    }

    @Override
    public Class<Long> stateType() {
        return Long.class;
    }

    @Override
    public Long handOver() {
        return count;
    }

    @Override
    public void takeOver(Long state) {
        count = state;
    }

    @Deactivate
    void death() {
        sender.close();
        mail.close();
    }
}
