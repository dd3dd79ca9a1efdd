package io.anole.supervisor.tests;

import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** A process per configuration, doing what the {@link Script} of its name says. */
@Component(service = ManagedProcess.class, configurationPid = Probe.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Probe implements ManagedProcess {
    static final String PID = "probe";

    private final Script script;
    private final Mailbox mail;

    @Activate
    public Probe(@Reference Mailboxes boxes, Map<String, Object> properties) throws Exception {
        script = Script.of(String.valueOf(properties.get("process.name")));
        mail = boxes.open();
        script.mail = mail;
        script.enter(script.births, script.birth, mail);
    }

    @Override
    public void life() throws Exception {
        script.enter(script.lives, script.life, mail);
    }

    @Deactivate
    void death() throws Exception {
        script.enter(script.deaths, script.death, mail);
    }
}
