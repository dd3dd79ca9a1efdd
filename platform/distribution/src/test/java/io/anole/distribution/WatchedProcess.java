package io.anole.distribution;

import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.framework.FrameworkUtil;

/** Has a health check, {@code battery}, which is as bad as the service {@code /battery} was told: an empty text is well. */
public final class WatchedProcess implements ManagedProcess {
    private final Mailbox mail;
    private volatile String trouble = "";

    public WatchedProcess(Mailboxes boxes) {
        mail = boxes.open("watched");
        mail.serve("/battery", String.class, String.class, (text, request) -> {
            trouble = text;
            return CompletableFuture.completedFuture(text);
        });
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("hc.name", "battery");
        properties.put("hc.tags", List.of("systemready", "power"));
        HealthCheck check = () -> trouble.isEmpty() ? new Result(Status.OK, "charged") : new Result(Status.CRITICAL, trouble);
        FrameworkUtil.getBundle(getClass()).getBundleContext().registerService(HealthCheck.class, check, properties);
    }

    void death() {
        mail.close();
    }
}
