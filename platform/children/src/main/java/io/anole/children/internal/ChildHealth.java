package io.anole.children.internal;

import io.anole.bus.provider.Checkup.Finding;
import io.anole.bus.provider.Checkup.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * What the parent knows of a child's health: the child's health checks are health checks here, under the process's name, for as long as it
 * answers; whether it does is one more. {@link #heard} is called by the thread that reads the wire, {@link #settle} and {@link #close}
 * by the process's, the checks and {@link #findings} by any.
 */
final class ChildHealth implements AutoCloseable {
    private static final String AREA = "process";

    private final BundleContext context;
    private final String process;
    private final Duration patience;
    private final Map<Key, ServiceRegistration<HealthCheck>> registered = new HashMap<>();
    private final ServiceRegistration<HealthCheck> own;
    private volatile List<Frame.Check> checks = List.of();
    private volatile long last = System.nanoTime();

    private record Key(String name, List<String> tags) {
    }

    /** @param patience how long a child may say nothing */
    ChildHealth(BundleContext context, String process, Duration patience) {
        this.context = context;
        this.process = process;
        this.patience = patience;
        own = register("jvm", List.of("systemready"),
                () -> silent() ? new Result(Status.CRITICAL, silence()) : new Result(Status.OK, "it answers"));
    }

    void heard(List<Frame.Check> told) {
        last = System.nanoTime();
        checks = told;
    }

    private boolean silent() {
        return System.nanoTime() - last > patience.toNanos();
    }

    private String silence() {
        return "its JVM has not answered for " + (System.nanoTime() - last) / 1_000_000_000 + " s";
    }

    /** Registers what the child has now, and nothing while it is silent. */
    void settle() {
        Map<Key, Frame.Check> now = new HashMap<>();
        if (!silent()) {
            checks.forEach(check -> now.put(key(check), check));
        }
        registered.entrySet().removeIf(each -> {
            boolean gone = !now.containsKey(each.getKey());
            if (gone) {
                each.getValue().unregister();
            }
            return gone;
        });
        now.keySet().forEach(key -> registered.computeIfAbsent(key, fresh -> register(key.name(), key.tags(), () -> result(key))));
    }

    private static Key key(Frame.Check check) {
        return new Key(check.name(), check.tags());
    }

    private ServiceRegistration<HealthCheck> register(String name, List<String> tags, HealthCheck check) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(HealthCheck.NAME, process + ": " + name);
        properties.put(HealthCheck.TAGS, tags.toArray(String[]::new));
        return context.registerService(HealthCheck.class, check, properties);
    }

    private Result result(Key key) {
        return checks.stream().filter(check -> key(check).equals(key)).findFirst()
                .map(check -> new Result(Status.valueOf(check.status()), check.text()))
                .orElseGet(() -> new Result(Status.TEMPORARILY_UNAVAILABLE, "it has gone"));
    }

    /** What is wrong, a line for each; empty if all is well. */
    List<Finding> findings() {
        if (silent()) {
            return List.of(new Finding(Level.PROBLEM, AREA, process + ": " + silence(), "it hangs as a whole, or was suspended",
                    "anole process restart " + process));
        }
        List<Finding> findings = new ArrayList<>();
        for (Frame.Check check : checks) {
            if (!check.status().equals(Status.OK.name())) {
                findings.add(new Finding(check.status().equals(Status.WARN.name()) ? Level.NOTICE : Level.PROBLEM, AREA,
                        process + ": " + words(check), "a health check in its JVM says so", ""));
            }
        }
        return findings;
    }

    /** The same for its state, in a few words; empty if all is well. */
    String remark() {
        return silent() ? "; it does not answer"
                : checks.stream().filter(check -> Status.valueOf(check.status()).ordinal() > Status.WARN.ordinal()).findFirst()
                        .map(check -> "; " + words(check)).orElse("");
    }

    private static String words(Frame.Check check) {
        return "health check '" + check.name() + "' is " + check.status() + (check.text().isEmpty() ? "" : ": " + check.text());
    }

    @Override
    public void close() {
        own.unregister();
        registered.values().forEach(ServiceRegistration::unregister);
        registered.clear();
    }
}
