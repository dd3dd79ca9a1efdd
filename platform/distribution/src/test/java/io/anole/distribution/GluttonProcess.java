package io.anole.distribution;

import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.ArrayList;
import java.util.List;

/** Keeps a megabyte more in each cycle, until there is none left. */
public final class GluttonProcess implements ManagedProcess {
    private static final int MEGABYTE = 1 << 20;

    private final Mailbox mail;
    private final List<byte[]> eaten = new ArrayList<>();

    public GluttonProcess(Mailboxes boxes) {
        mail = boxes.open("glutton");
    }

    @Override
    public void life() {
        eaten.add(new byte[MEGABYTE]);
    }

    void death() {
        mail.close();
    }
}
