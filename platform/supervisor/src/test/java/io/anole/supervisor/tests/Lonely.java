package io.anole.supervisor.tests;

import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A process that is never there, since nobody has what it needs. */
@Component
@ProcessName("lonely")
public final class Lonely implements ManagedProcess {
    @Activate
    public Lonely(@Reference(name = "boxes", target = "(nobody=has it)") Mailboxes boxes) {
        throw new IllegalStateException("somebody has it: " + boxes);
    }
}
