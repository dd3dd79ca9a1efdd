package io.anole.deployer.tests;

import io.anole.process.HandOver;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A process that counts, in bundles made by {@link WorkerJar}; the header {@code Behaviour} of its bundle says what is wrong with
 * it. What happens goes into a queue that the system properties hold, which all class loaders share.
 */
public final class Worker implements ManagedProcess, HandOver<Worker.Count> {
    private final Mailbox mail;
    private final String version;
    private final String behaviour;
    private final ServiceRegistration<?> check;
    private long count;

    /** Its state. */
    public record Count(long count) {
    }

    public Worker(Mailboxes boxes) throws InterruptedException {
        Bundle bundle = FrameworkUtil.getBundle(Worker.class);
        version = bundle.getVersion().toString();
        behaviour = String.valueOf(bundle.getHeaders("").get("Behaviour"));
        if (behaviour.contains("leaks")) {
            leak();
        }
        if (behaviour.contains("throws in birth")) {
            throw new IllegalStateException("no arm at /dev/ttyUSB0");
        }
        if (behaviour.contains("hangs in birth")) {
            new CountDownLatch(1).await();
        }
        check = behaviour.contains("unhealthy") || behaviour.contains("healthy") ? register(bundle) : null;
        mail = boxes.open();
        tell("birth");
    }

    private ServiceRegistration<?> register(Bundle bundle) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(HealthCheck.TAGS, new String[] {"deploy"});
        properties.put(HealthCheck.NAME, "arm");
        Result result = behaviour.contains("unhealthy") ? new Result(Result.Status.CRITICAL, "the arm has no power")
                : new Result(Result.Status.OK, "fine");
        return bundle.getBundleContext().registerService(HealthCheck.class, () -> result, properties);
    }

    private void leak() {
        Thread leaked = new Thread(Worker::linger, "lingering " + version);
        leaked.setDaemon(true);
        leaked.start();
    }

    private static void linger() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private void tell(String what) {
        ((Queue<String>) System.getProperties().get("io.anole.deployer.tests"))
                .add(System.nanoTime() + " " + version + " " + what + " " + count);
    }

    @Override
    public void life() {
        count++;
        tell("life");
        if (behaviour.contains("drips")) {
            leak();
        }
        if (behaviour.contains("throws in life") && count > 2) {
            throw new IllegalStateException("the arm does not answer");
        }
    }

    void death() {
        tell("death");
        if (check != null) {
            check.unregister();
        }
        mail.close();
    }

    @Override
    public Class<Count> stateType() {
        return Count.class;
    }

    @Override
    public Count handOver() {
        return new Count(count);
    }

    @Override
    public void takeOver(Count state) {
        count = state.count();
    }
}
