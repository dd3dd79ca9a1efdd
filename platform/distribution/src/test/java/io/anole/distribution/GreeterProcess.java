package io.anole.distribution;

import io.anole.bus.Publisher;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import org.osgi.framework.FrameworkUtil;

/** Publishes on {@code /greeting} what the header {@code Greeting} of its bundle says. */
public final class GreeterProcess implements ManagedProcess {
    private final Mailbox mail;
    private final Publisher<String> publisher;
    private final String version;

    public GreeterProcess(Mailboxes boxes) {
        mail = boxes.open("greeter");
        publisher = mail.publisher("/greeting", String.class);
        version = FrameworkUtil.getBundle(getClass()).getHeaders("").get("Greeting");
    }

    @Override
    public void life() {
        publisher.publish(version);
    }

    void death() {
        mail.close();
    }
}
