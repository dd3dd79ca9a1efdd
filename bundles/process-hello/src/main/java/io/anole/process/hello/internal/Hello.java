package io.anole.process.hello.internal;

import static io.anole.process.Filter.sender;
import static io.anole.process.Filter.subject;

import io.anole.bus.BusException;
import io.anole.process.Frequency;
import io.anole.process.Letter;
import io.anole.process.Mail;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says hello to the process {@code main} every five seconds. Everything here runs on the process's own thread: no locks are
 * needed.
 */
@Component(configurationPid = "io.anole.process.hello")
@ProcessName("hello")
@Frequency(hz = 0.2)
public final class Hello implements ManagedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(Hello.class);

    private final Mailbox mail;
    private int count;

    /** Birth. */
    @Activate
    public Hello(@Reference Mailboxes boxes) {
        mail = boxes.open();
        mail.on(subject("reply").and(sender("main")), String.class, this::heard);
    }

    @Override
    public void life() {
        mail.send(Letter.to("main", "salutation", "Hello, this is salutation number " + ++count))
                .exceptionally(this::notSent);
    }

    private Mail notSent(Throwable reason) {
        if (!(reason.getCause() instanceof BusException.Closed)) {
            LOG.info("main was not greeted: {}", reason.getCause().getMessage());
        }
        return null;
    }

    private void heard(String text, Mail reply) {
        LOG.info("{} said: {}", reply.sender(), text);
    }

    /** Death. */
    @Deactivate
    void death() {
        mail.close();
    }
}
