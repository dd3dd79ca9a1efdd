package io.anole.supervisor.tests;

import io.anole.process.Frequency;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import io.anole.process.Restart;
import io.anole.process.Supervision;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;

/** A process with all annotations, that takes a new configuration while it lives. */
@Component(configurationPid = Tunable.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@ProcessName("tunable")
@Frequency(hz = 7)
@Supervision(depends = "nothing", autostart = false, bus = "side", queue = 12, stopSeconds = 3, finishes = true)
@Restart(policy = Restart.Policy.PERMANENT, intensity = 5, periodSeconds = 2.5, onLifeError = Restart.OnError.FAIL)
public final class Tunable implements ManagedProcess {
    static final String PID = "tunable";

    private final Script script = Script.of("tunable");
    private final Mailbox mail;

    @Activate
    public Tunable(@Reference Mailboxes boxes) throws Exception {
        mail = boxes.open("tunable");
        script.enter(script.births, script.birth, mail);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        script.seen.add(properties.get("process.frequency.hz"));
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
