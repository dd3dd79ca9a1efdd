package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import io.anole.supervisor.ProcessUpdates;
import io.anole.supervisor.Update;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Bundle;

/** Opens updates, and knows which bundles are in one. The monitor guards what is open. */
final class Updates implements ProcessUpdates {
    private final Processes processes;
    private final Life.Shared shared;
    private final Map<Bundle, OpenUpdate> open = new HashMap<>();

    Updates(Processes processes, Life.Shared shared) {
        this.processes = processes;
        this.shared = shared;
    }

    @Override
    public List<ProcessInfo> processesOf(Bundle bundle) {
        return processes.of(Set.of(bundle));
    }

    @Override
    public Optional<String> refusal(Bundle bundle, Map<String, String> manifest) {
        return Optional.empty();
    }

    @Override
    public synchronized Update begin(Collection<Bundle> changing) {
        Set<Bundle> bundles = new HashSet<>(changing);
        bundles.forEach(this::free);
        OpenUpdate update = new OpenUpdate(this, processes, shared, bundles);
        bundles.forEach(bundle -> open.put(bundle, update));
        return update;
    }

    synchronized void include(Bundle bundle, OpenUpdate update) {
        free(bundle);
        open.put(bundle, update);
    }

    private void free(Bundle bundle) {
        if (open.containsKey(bundle)) {
            throw new IllegalStateException("bundle " + Processes.text(bundle) + " is being updated already");
        }
    }

    synchronized void over(OpenUpdate update) {
        open.values().removeIf(update::equals);
    }
}
