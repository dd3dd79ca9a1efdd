package io.anole.process.hello.internal;

import static io.anole.process.Filter.subject;

import io.anole.process.Mail;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Replies to every salutation as it arrives. It has nothing to do in a cycle, so it has no {@code life()}. */
@Component(configurationPid = "io.anole.process.main")
@ProcessName("main")
public final class Main implements ManagedProcess {
    private final Mailbox mail;

    /** Birth. */
    @Activate
    public Main(@Reference Mailboxes boxes) {
        mail = boxes.open();
        mail.on(subject("(?i)salutation"), this::greet);
    }

    private void greet(Mail salutation) {
        mail.reply(salutation, "Hello " + salutation.sender() + ", nice to hear from you");
    }

    /** Death. */
    @Deactivate
    void death() {
        mail.close();
    }
}
