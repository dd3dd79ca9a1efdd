package io.anole.distribution;

import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import org.osgi.framework.FrameworkUtil;

/** Fails where the header {@code Fails} of its bundle says: in its birth, each cycle of its life, or its death. */
public final class FailingProcess implements ManagedProcess {
    private final Mailbox mail;
    private final String where;

    public FailingProcess(Mailboxes boxes) {
        where = FrameworkUtil.getBundle(getClass()).getHeaders("").get("Fails");
        fail("birth");
        mail = boxes.open();
    }

    @Override
    public void life() {
        fail("life");
    }

    void death() {
        mail.close();
        fail("death");
    }

    private void fail(String at) {
        if (at.equals(where)) {
            throw new IllegalStateException("the arm is not connected (" + at + ")");
        }
    }
}
