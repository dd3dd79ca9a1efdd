package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import io.anole.supervisor.ProcessUpdates;
import io.anole.supervisor.StandIn;
import io.anole.supervisor.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which bundles are in which update. Somebody begins one, or it begins by itself when a bundle stops whose processes have states
 * to give: it may be about to be replaced by hand. Guarded by the {@link Roster}.
 */
final class Updates implements ProcessUpdates {
    private static final Logger LOG = LoggerFactory.getLogger(Updates.class);

    /**
     * Bounds.
     *
     * @param longest for an update that somebody has begun
     * @param byHand  for one that began by itself; zero for none
     */
    record Bounds(Duration longest, Duration byHand) {
    }

    private final Roster roster;
    private final Processes processes;
    private final Moves moves;
    private final Life.Shared shared;
    private final ComponentReasons reasons;
    private final Map<Bundle, OpenUpdate> open = new HashMap<>();
    private Bounds bounds;

    Updates(Roster roster, Processes processes, Moves moves, Life.Shared shared, ComponentReasons reasons, Bounds bounds) {
        this.roster = roster;
        this.processes = processes;
        this.moves = moves;
        this.shared = shared;
        this.reasons = reasons;
        this.bounds = bounds;
    }

    void bounds(Bounds changed) {
        synchronized (roster) {
            bounds = changed;
        }
    }

    @Override
    public List<ProcessInfo> processesOf(Bundle bundle) {
        synchronized (roster) {
            return roster.entries.values().stream().filter(entry -> bundle.equals(entry.bundle())).map(Entry::info)
                    .sorted(Comparator.comparing(ProcessInfo::name)).toList();
        }
    }

    @Override
    public Optional<String> refusal(Bundle bundle, Map<String, String> manifest) {
        StateSchemas next;
        try {
            next = StateSchemas.of(manifest);
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        synchronized (roster) {
            return roster.entries.values().stream()
                    .filter(entry -> bundle.equals(entry.bundle()) && entry.running && entry.life.handsOver())
                    .map(entry -> next.refusal(entry.name, component(entry), entry.life.spec().stateVersion()))
                    .flatMap(Optional::stream).findFirst();
        }
    }

    /** The name of the component that is the process, wherever it runs. */
    private String component(Entry entry) {
        ServiceReference<?> here = entry.life.component();
        ServiceReference<?> elsewhere = here.getProperty(StandIn.PIDS) == null ? null : roster.refused.elsewhere(entry.name);
        return String.valueOf((elsewhere == null ? here : elsewhere).getProperty(ComponentConstants.COMPONENT_NAME));
    }

    @Override
    public Update begin(Collection<Bundle> changing) {
        Set<Bundle> bundles = new HashSet<>(changing);
        List<OpenUpdate> byHand;
        synchronized (roster) {
            byHand = bundles.stream().map(open::get).filter(each -> each != null && !each.watched()).distinct().toList();
        }
        byHand.forEach(OpenUpdate::commit);
        synchronized (roster) {
            OpenUpdate update = begin(bundles, true);
            Duration longest = bounds.longest();
            update.bound(shared.timer().schedule(() -> expire(update, longest), longest.toNanos(), TimeUnit.NANOSECONDS));
            return update;
        }
    }

    @Override
    public CompletionStage<ProcessInfo> move(String process, boolean forked) {
        return moves.move(process, forked);
    }

    private OpenUpdate begin(Set<Bundle> bundles, boolean watched) {
        bundles.forEach(this::free);
        OpenUpdate update = new OpenUpdate(this, roster, processes, shared, reasons, watched);
        bundles.forEach(bundle -> take(bundle, update));
        return update;
    }

    private void expire(OpenUpdate update, Duration longest) {
        shared.workers().execute(() -> {
            if (!update.over()) {
                LOG.warn("the update of {} was still open after {} s; what waits for it is let go", update.processes(),
                        longest.toMillis() / 1000.0);
                update.commit();
            }
        });
    }

    void include(Bundle bundle, OpenUpdate update) {
        synchronized (roster) {
            free(bundle);
            take(bundle, update);
        }
    }

    private void free(Bundle bundle) {
        if (open.containsKey(bundle)) {
            throw new IllegalStateException("bundle " + Lines.of(bundle) + " is being updated already");
        }
    }

    private void take(Bundle bundle, OpenUpdate update) {
        open.put(bundle, update);
        roster.entries.values().stream().filter(entry -> bundle.equals(entry.bundle())).forEach(update::begin);
    }

    boolean isIn(Bundle bundle, OpenUpdate update) {
        return update.equals(open.get(bundle));
    }

    /** Everything of it that is the roster's. @return what is to be done without the roster's monitor */
    List<Runnable> close(OpenUpdate update) {
        open.values().removeIf(update::equals);
        List<Runnable> rest = new ArrayList<>();
        for (Entry entry : List.copyOf(roster.entries.values())) {
            if (entry.update == update) {
                rest.add(processes.release(entry));
            }
        }
        return rest;
    }

    // What the processes tell.

    /** It has a component again. */
    void joins(Entry entry) {
        OpenUpdate update = open.get(entry.bundle());
        if (entry.update == null && update != null) {
            update.add(entry);
        }
    }

    /** Its component is going. */
    void leaves(Entry entry, boolean moves) {
        Bundle bundle = entry.bundle();
        if (moves && entry.update == null && !roster.ending && !entry.life.stopping()) {
            OpenUpdate update = new OpenUpdate(this, roster, processes, shared, reasons, false);
            update.begin(entry);
            update.bound(shared.timer().schedule(() -> shared.workers().execute(update::commit), Moves.BOUND.toNanos(),
                    TimeUnit.NANOSECONDS));
            return;
        }
        if (entry.update != null || bundle == null || open.containsKey(bundle) || bundle.getState() != Bundle.STOPPING || roster.ending
                || !entry.life.handsOver() || entry.life.stopping() || bounds.byHand().isZero()) {
            return;
        }
        OpenUpdate update = begin(Set.of(bundle), false);
        update.bound(shared.timer().schedule(() -> shared.workers().execute(update::commit), bounds.byHand().toNanos(),
                TimeUnit.NANOSECONDS));
    }

    /** A bundle does not come back. */
    void uninstalled(Bundle bundle) {
        OpenUpdate update;
        synchronized (roster) {
            update = open.get(bundle);
        }
        if (update != null && !update.watched()) {
            shared.workers().execute(update::commit);
        }
    }

    /** It lives again. */
    void cameBack(Entry entry) {
        OpenUpdate update = entry.update;
        if (update != null && !update.watched() && update.allBack()) {
            shared.workers().execute(update::commit);
        }
    }
}
