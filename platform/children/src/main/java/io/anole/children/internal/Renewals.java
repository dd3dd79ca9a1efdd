package io.anole.children.internal;

import io.anole.supervisor.ProcessUpdates;
import io.anole.supervisor.Update;
import java.io.IOException;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Processes on their way from one JVM into another: a new configuration of the stand-in is a new life, and an update keeps what the
 * former one leaves until the next begins. Any thread.
 */
final class Renewals {
    /** From the end in one JVM to the begin in another, at most: it may have to wait for what it needs. */
    private static final long BOUND_SECONDS = 60;

    private final ProcessUpdates updates;
    private final ConfigurationAdmin configurations;
    private final Map<String, Update> open = new ConcurrentHashMap<>();

    Renewals(ProcessUpdates updates, ConfigurationAdmin configurations) {
        this.updates = updates;
        this.configurations = configurations;
    }

    /** @return done when it has given its state; fails if it does not, and then it is where it was */
    CompletionStage<Void> begin(String process, Bundle bundle) {
        Update update;
        try {
            update = updates.begin(List.of(bundle));
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
        return update.handOver().thenRun(() -> {
            open.put(process, update);
            CompletableFuture.delayedExecutor(BOUND_SECONDS, TimeUnit.SECONDS).execute(() -> over(process, update));
            configureAnew(process);
        }).whenComplete((done, error) -> {
            if (error != null) {
                open.remove(process, update);
                update.commit();
            }
        });
    }

    private void configureAnew(String process) {
        try {
            Configuration standIn = configurations.getFactoryConfiguration(Forked.PID, process, "?");
            Dictionary<String, Object> settings = standIn.getProperties();
            settings.put("anole.renewed", System.currentTimeMillis());
            standIn.update(settings);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** It has begun, and has what it was left. */
    void over(String process) {
        Update update = open.get(process);
        if (update != null) {
            over(process, update);
        }
    }

    private void over(String process, Update update) {
        if (open.remove(process, update)) {
            update.commit();
        }
    }
}
