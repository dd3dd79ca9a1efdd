package io.anole.process.exec.internal;

import io.anole.process.Frequency;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Any program as a process: a launch file, a driver, a script. It is in its birth until the program is ready, fails when the
 * program does, and its death is the program's, and that of all it has started.
 *
 * <p>Birth waits on the process's own thread, where nobody waits for it; a stop ends that wait at once. How the program has ended is
 * told to the supervisor by the thread that reads its output.
 */
@Component(service = ManagedProcess.class, configurationPid = Exec.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ExecConfig.class, factory = true)
@Frequency(hz = 1)
public final class Exec implements ManagedProcess {
    static final String PID = "io.anole.process.exec";
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    /** What ending all may take beyond its bound, and killing all when that is over. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Mailbox mail;
    private Settings settings;
    private OutputLog log;
    private Readiness readiness;
    private Program program;
    private volatile boolean ready;

    @Activate
    public Exec(@Reference Mailboxes boxes, BundleContext context, ExecConfig config) {
        mail = boxes.open();
        try {
            settings = Settings.of(config, home(context), System.getenv("PATH"));
            log = new OutputLog(mail.name(), settings.logLines());
            readiness = new Readiness(settings);
            program = Program.start(settings.launch(mail.name()), this::line);
            program.exited().thenAccept(this::ended);
            awaitReady();
        } catch (IllegalArgumentException e) {
            mail.giveUp(e.getMessage());
        } catch (IOException e) {
            mail.fail("it does not start: " + e.getMessage());
        }
    }

    private static Path home(BundleContext context) {
        String home = context.getProperty("anole.home");
        return Path.of(home == null ? "" : home).toAbsolutePath();
    }

    private void line(String line) {
        log.line(line);
        readiness.line(line);
    }

    /** Until it is ready, or there is nothing to wait for any more. */
    private void awaitReady() {
        long until = System.nanoTime() + readiness.bound().toNanos();
        String told = "";
        while (mail.active()) {
            boolean met = program.pid().isDone() && readiness.met();
            if (met) {
                ready = true;
                mail.status("runs as pid " + program.pid().join());
                return;
            }
            String missing = program.pid().isDone()
                    ? "starts as pid " + program.pid().join() + ": waits for " + readiness.missing() : "starts";
            if (System.nanoTime() - until > 0) {
                mail.fail("not ready within " + readiness.bound().toMillis() / 1000.0 + " s: " + missing + lastWords());
            } else if (!missing.equals(told)) {
                mail.status(missing);
                told = missing;
            }
            mail.sleep(LOOK_EVERY);
        }
    }

    private void ended(int status) {
        boolean early = !ready && readiness.awaited();
        if (status == 0 && !early) {
            mail.die(Exits.text(status));
        } else {
            mail.fail(Exits.text(status) + (early ? " before it was ready" : "") + lastWords());
        }
    }

    private String lastWords() {
        return log.last().isEmpty() ? "" : "; its last line: " + log.last();
    }

    /** The program runs by itself. */
    @Override
    public void life() {
        log.tick();
    }

    @Deactivate
    void death() {
        if (program != null) {
            program.end();
            if (!isOver(settings.killAfter().plus(GRACE))) {
                program.kill();
                if (!isOver(GRACE)) {
                    throw new IllegalStateException("its program, pid " + program.pid().getNow(0L) + ", does not end, not even killed");
                }
            }
        }
        mail.close();
    }

    /** @return false if it takes longer, or if somebody interrupts this thread because it takes too long */
    private boolean isOver(Duration bound) {
        try {
            program.over().get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException | TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("what is left of its program was not found: " + e.getCause().getMessage(), e);
        }
    }
}
