package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a start: ends what was cut off, and has the versions that count run again. They were watched when they were committed, so
 * they are only started.
 *
 * <p>Confined to one thread.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Ledger ledger;
    private final VersionStore store;
    private final Planner planner;
    private final Shelf shelf;
    private final FrameworkWork framework;
    private final BundleContext context;
    /** Bundles of which it is not known what they hold. */
    private final Set<String> uncertain = new HashSet<>();
    /** Installed, but not running yet, because something is missing. */
    private final Set<Bundle> waiting = new HashSet<>();

    Recovery(Ledger ledger, VersionStore store, Planner planner, Shelf shelf, FrameworkWork framework,
            BundleContext context) {
        this.ledger = ledger;
        this.store = store;
        this.planner = planner;
        this.shelf = shelf;
        this.framework = framework;
        this.context = context;
    }

    /** Ends what was cut off, one way or the other. */
    void settle() throws IOException {
        Optional<Outcome> interrupted = ledger.interrupted();
        if (interrupted.isPresent()) {
            List<Change> changes = interrupted.get().changes();
            changes.forEach(change -> uncertain.add(change.bundle()));
            ledger.end(Result.INTERRUPTED, "the runtime ended before it was committed");
            LOG.warn("{} was cut off by the end of the runtime: {}", interrupted.get().what(), Deployer.activeNow(changes));
        }
        Optional<Outcome> unpublished = ledger.unpublished();
        if (unpublished.isPresent()) {
            shelf.show(unpublished.get());
            ledger.published();
            unpublished.get().changes().forEach(change -> LOG.warn("{} was committed just before the runtime ended: {}",
                    unpublished.get().what(), change.to().isEmpty() ? change.bundle() + " is removed"
                            : change.bundle() + " " + change.to() + " is active"));
        }
    }

    /** Drops what has no file any more. */
    void forget(Set<String> gone) throws IOException {
        for (String name : gone) {
            Kept kept = ledger.current(name).orElseThrow();
            ledger.begin("remove", "deploy directory",
                    List.of(new Change(Action.REMOVE, name, kept.version(), kept.sha256(), "", "", kept.file())));
            ledger.endShown(Result.COMMITTED, "its file was gone at the start");
            LOG.info("removed {} {}: its file is gone", name, kept.version());
        }
    }

    /** Installs and starts what is deployed. */
    void restore() throws IOException {
        removeOrphans();
        List<Bundle> bundles = new ArrayList<>();
        for (String name : ledger.names()) {
            try {
                bundles.add(install(name, usable(name)));
            } catch (FrameworkWork.Failed e) {
                LOG.error("{} is not deployed: {}", name, e.getMessage());
            }
        }
        waiting.addAll(bundles);
        start(true);
    }

    /** What a deployer that was stopped amid an install has left; after a start of the framework there is none. */
    private void removeOrphans() {
        Set<String> names = ledger.names();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith(Planner.LOCATION) && !names.contains(bundle.getSymbolicName())) {
                try {
                    framework.uninstall(bundle);
                } catch (FrameworkWork.Failed e) {
                    LOG.error("{}", e.getMessage());
                }
            }
        }
    }

    /** Tries again to start what could not be started. */
    void retry() {
        if (!waiting.isEmpty()) {
            start(false);
        }
    }

    private void start(boolean tell) {
        waiting.removeIf(bundle -> bundle.getState() == Bundle.UNINSTALLED || bundle.getState() == Bundle.ACTIVE);
        waiting.removeIf(bundle -> {
            try {
                framework.start(bundle);
                LOG.info("{} {} is active", bundle.getSymbolicName(), bundle.getVersion());
                return true;
            } catch (FrameworkWork.Failed e) {
                if (tell) {
                    LOG.error("{}", e.getMessage());
                }
                return false;
            }
        });
    }

    private Bundle install(String name, Kept kept) throws FrameworkWork.Failed {
        Bundle present = planner.present(name);
        if (present == null) {
            return framework.install(name, store.path(kept.sha256()));
        }
        boolean same = present.getState() == Bundle.ACTIVE && present.getLocation().startsWith(Planner.LOCATION)
                && present.getVersion().toString().equals(kept.version()) && !uncertain.contains(name);
        if (same) {
            // only the deployer was started anew
            return present;
        }
        framework.stop(present);
        framework.update(present, store.path(kept.sha256()));
        return present;
    }

    /** The version that counts; if its jar is damaged, the newest former one that is not. */
    private Kept usable(String name) throws IOException, FrameworkWork.Failed {
        List<String> problems = new ArrayList<>();
        for (Kept kept : ledger.versions(name)) {
            try {
                store.get(kept.sha256());
                if (!problems.isEmpty()) {
                    LOG.error("{}: {}; version {} runs instead", name, String.join("; ", problems), kept.version());
                }
                return kept;
            } catch (BadJar e) {
                problems.add("version " + kept.version() + " can't be used: " + e.getMessage());
            } catch (NoSuchFileException e) {
                problems.add("version " + kept.version() + " is missing: " + e.getMessage());
            }
        }
        throw new FrameworkWork.Failed(String.join("; ", problems));
    }
}
