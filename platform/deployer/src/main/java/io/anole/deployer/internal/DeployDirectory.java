package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployment.State;
import io.anole.deployer.Outcome;
import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the framework hold what the directory holds. A file counts once it is a whole jar; while it is being written, or
 * is broken, what it held before runs on. Files are told apart by the bundle inside, so a renamed file is no change and a
 * file with a newer version of the same bundle is an update. A file that is gone is missed for a while first: many tools replace
 * one by deleting it.
 *
 * <p>Confined to one thread.
 */
final class DeployDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DeployDirectory.class);

    private final Path directory;
    private final VersionStore store;
    private final Duration settle;
    private final Ledger ledger;
    private final Deployer deployer;
    private final Map<Path, Tracked> files = new TreeMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    /** Whether files have changed since what they hold was last applied. */
    private boolean seenChange = true;
    private boolean postponed;

    /**
     * Why a bundle of a file does not run.
     *
     * @param sha256  digest of the jar
     * @param since   when it was refused, in milliseconds since 1970
     * @param curable whether something else that comes may cure it; otherwise only another file does
     * @param waiting whether it is only held back
     */
    private record Refusal(String sha256, long since, String reason, boolean curable, boolean waiting) {
    }

    /** Two looks at a file with the same stamp saw the same content. */
    private record Stamp(long size, long modified, Object identity) {
    }

    private static final class Tracked {
        private Stamp stamp;
        private long stampSeen;
        private StagedJar jar;
        private BadJar problem;
        private boolean told;
        private boolean gone;
        private long goneSince;
    }

    DeployDirectory(Path directory, VersionStore store, Duration settle, Ledger ledger, Deployer deployer) {
        this.directory = directory;
        this.store = store;
        this.settle = settle;
        this.ledger = ledger;
        this.deployer = deployer;
    }

    /** Looks for the first time: names of what is deployed and has no file any more. Changes nothing. */
    Set<String> gone() throws IOException {
        readFiles();
        Set<String> gone = new HashSet<>(ledger.names());
        gone.removeIf(this::isHeld);
        return gone;
    }

    /**
     * Looks once and applies what has changed.
     *
     * @param retry whether bundles refused before are to be tried again, because something else has changed
     * @return how each file stands
     */
    List<Deployment> look(boolean retry) throws IOException, InterruptedException {
        readFiles();
        boolean seen = seenChange;
        seenChange = false;
        Map<String, Path> chosen = choose();
        boolean changed = removeGone(chosen);
        boolean again = retry || seen || changed || postponed;
        postponed = false;
        while (again) {
            again = apply(chosen);
        }
        if (seen || changed) {
            discardCopies();
        }
        return report(chosen);
    }

    /** How each file stands, after a change that was made by another way; what else has changed waits for the next look. */
    List<Deployment> standing() throws IOException {
        readFiles();
        return report(choose());
    }

    /**
     * Names of what would go with these files: what is deployed, and no other file holds.
     *
     * @throws IllegalArgumentException if there is no such file
     */
    List<String> heldOnlyBy(Collection<String> names) throws IOException {
        readFiles();
        Set<Path> going = new HashSet<>();
        for (String name : names) {
            Path file = directory.resolve(name);
            if (!files.containsKey(file)) {
                throw new IllegalArgumentException("there is no file " + name + " in " + directory);
            }
            going.add(file);
        }
        return ledger.names().stream().filter(this::isHeld).filter(bundle -> files.keySet().stream()
                .filter(file -> holds(file, bundle)).allMatch(going::contains)).sorted().toList();
    }

    /** Deletes files, and does not miss them. */
    void delete(Collection<String> names) throws IOException {
        for (String name : names) {
            DurableFiles.delete(directory.resolve(name));
            seenChange |= files.remove(directory.resolve(name)) != null;
        }
    }

    private void discardCopies() throws IOException {
        Set<Path> needed = new HashSet<>();
        files.values().stream().filter(file -> file.jar != null).forEach(file -> needed.add(file.jar.path()));
        store.retain(ledger.digests(), needed);
    }

    /** Whether some file is not settled yet, or waits for its time, so that the next look should come soon. */
    boolean unsettled() {
        return postponed || files.values().stream().anyMatch(file -> file.gone || file.problem != null && !file.told);
    }

    private void readFiles() throws IOException {
        Set<Path> found;
        try (Stream<Path> all = Files.list(directory)) {
            found = all.filter(DeployDirectory::deployable).collect(Collectors.toCollection(TreeSet::new));
        }
        for (Path file : found) {
            seenChange |= read(file);
        }
        long now = System.nanoTime();
        files.forEach((file, tracked) -> {
            boolean gone = !found.contains(file);
            if (gone && !tracked.gone) {
                tracked.goneSince = now;
            }
            tracked.gone = gone;
        });
        seenChange |= files.entrySet().removeIf(entry -> entry.getValue().gone
                && (now - entry.getValue().goneSince >= settle.toNanos() || !isMissed(entry.getKey())));
    }

    /** Whether what a file held runs, or ran, and no other file holds what runs. */
    private boolean isMissed(Path gone) {
        return ledger.names().stream().filter(bundle -> holds(gone, bundle)).anyMatch(bundle -> {
            String runs = ledger.current(bundle).orElseThrow().sha256();
            return files.values().stream().noneMatch(file -> !file.gone && file.jar != null && file.jar.sha256().equals(runs));
        });
    }

    /** Whether a file is of a bundle: holds a version of it, or can't be read and is where it came from. */
    private boolean holds(Path file, String bundle) {
        StagedJar jar = files.get(file).jar;
        return jar != null ? jar.name().equals(bundle)
                : ledger.current(bundle).map(Kept::file).filter(file.getFileName().toString()::equals).isPresent();
    }

    private static boolean deployable(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".") && Files.isRegularFile(file);
    }

    /** Whether the file now holds another jar than before. */
    private boolean read(Path file) {
        Tracked tracked = files.computeIfAbsent(file, f -> new Tracked());
        try {
            Stamp stamp = stamp(file);
            boolean same = stamp.equals(tracked.stamp);
            if (!same) {
                tracked.stamp = stamp;
                tracked.stampSeen = System.nanoTime();
                tracked.problem = null;
                tracked.told = false;
            } else if (tracked.problem == null || tracked.told) {
                return false;
            }
            try {
                StagedJar jar = store.stage(file);
                if (!stamp.equals(stamp(file))) {
                    throw BadJar.unfinished("it is being written", null);
                }
                tracked.jar = jar;
                tracked.problem = null;
                return true;
            } catch (BadJar e) {
                bad(file, tracked, e);
            }
        } catch (IOException e) {
            bad(file, tracked, BadJar.unfinished("it can't be read: " + e.getMessage(), e));
        }
        return false;
    }

    private void bad(Path file, Tracked tracked, BadJar problem) {
        tracked.problem = problem;
        boolean settled = System.nanoTime() - tracked.stampSeen >= settle.toNanos();
        if (!tracked.told && (problem.whole() || settled)) {
            tracked.told = true;
            LOG.error("{} is not deployed: {}{}", file.getFileName(), problem.getMessage(), runsOn(tracked));
        }
    }

    private static String runsOn(Tracked tracked) {
        return tracked.jar == null ? "" : " (version " + tracked.jar.version() + " runs on)";
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                attributes.fileKey());
    }

    /** The file for each bundle: of several with the same bundle, the highest version, then the newest file. */
    private Map<String, Path> choose() {
        Map<String, Path> chosen = new TreeMap<>();
        Comparator<Path> better = Comparator.<Path, Version>comparing(f -> files.get(f).jar.version())
                .thenComparing(f -> files.get(f).stamp.modified());
        files.forEach((file, tracked) -> {
            if (tracked.jar != null) {
                chosen.merge(tracked.jar.name(), file, (a, b) -> better.compare(a, b) >= 0 ? a : b);
            }
        });
        return chosen;
    }

    private boolean isHeld(String bundle) {
        return files.keySet().stream().anyMatch(file -> holds(file, bundle));
    }

    private boolean removeGone(Map<String, Path> chosen) throws IOException, InterruptedException {
        boolean changed = false;
        for (String name : ledger.names()) {
            if (!isHeld(name)) {
                Deployer.Attempt attempt = deployer.attempt(request("remove", "", new Wish.Drop(name)), Optional.empty());
                postponed |= attempt.outcome().isEmpty();
                changed |= attempt.outcome().isPresent();
            }
        }
        refusals.keySet().retainAll(chosen.keySet());
        return changed;
    }

    private Deployer.Request request(String what, String owner, Wish wish) {
        return new Deployer.Request(what, (owner.isEmpty() ? "" : owner + ", ") + "deploy directory", List.of(wish), false,
                step -> LOG.debug("{}", step));
    }

    /** Deploys what is not yet; true if something was, and something else that was refused may now resolve. */
    private boolean apply(Map<String, Path> chosen) throws IOException, InterruptedException {
        boolean progress = false;
        boolean refused = false;
        for (Map.Entry<String, Path> entry : chosen.entrySet()) {
            Path file = entry.getValue();
            StagedJar jar = files.get(file).jar;
            if (ledger.current(jar.name()).map(Kept::sha256).filter(jar.sha256()::equals).isPresent()) {
                refusals.remove(jar.name());
                continue;
            }
            if (files.get(file).gone || hopeless(file, jar)) {
                continue;
            }
            Deployer.Attempt attempt = deployer.attempt(request("deploy", Files.getOwner(file).getName(),
                    new Wish.Bring(jar, file.getFileName().toString())), Optional.empty());
            if (attempt.outcome().isEmpty()) {
                postponed = true;
                refuse(file, jar, String.join("; ", attempt.draft().plan().waits()), true, true);
            } else {
                Outcome outcome = attempt.outcome().get();
                switch (outcome.result()) {
                    case COMMITTED, UNCHANGED -> {
                        refusals.remove(jar.name());
                        progress = true;
                    }
                    case REFUSED, ROLLED_BACK, INTERRUPTED -> {
                        boolean curable = outcome.result() == Outcome.Result.REFUSED && !attempt.draft().hopeless();
                        refuse(file, jar, outcome.reason(), curable, false);
                        refused |= curable;
                    }
                }
            }
        }
        return progress && refused;
    }

    /** Whether it was tried before, and nothing but the file itself could make a difference. */
    private boolean hopeless(Path file, StagedJar jar) {
        Refusal refusal = refusals.get(jar.name());
        if (refusal == null || !refusal.sha256().equals(jar.sha256())) {
            refusal = ledger.failed(jar.sha256()).map(failed -> new Refusal(jar.sha256(), failed.time().toEpochMilli(),
                    failed.reason(), false, false)).orElse(null);
        }
        long copied = TimeUnit.NANOSECONDS.toMillis(files.get(file).stamp.modified());
        if (refusal == null || refusal.curable() || copied > refusal.since()) {
            return false;
        }
        refusals.put(jar.name(), refusal);
        return true;
    }

    private void refuse(Path file, StagedJar jar, String reason, boolean curable, boolean waiting) {
        Refusal refusal = new Refusal(jar.sha256(), System.currentTimeMillis(), reason, curable, waiting);
        Refusal before = refusals.put(jar.name(), refusal);
        if (before == null || !before.reason().equals(reason) || !before.sha256().equals(jar.sha256())) {
            if (waiting) {
                LOG.info("{} waits: {}", file.getFileName(), of(jar, reason));
            } else {
                LOG.error("{} is not deployed: {}", file.getFileName(), of(jar, reason));
            }
        }
    }

    /** A reason that a plan has given begins with its bundle, any other does not. */
    private static String of(StagedJar jar, String reason) {
        return reason.startsWith(jar.name() + ": ") ? reason : jar.name() + ": " + reason;
    }

    private List<Deployment> report(Map<String, Path> chosen) {
        List<Deployment> report = new ArrayList<>();
        files.forEach((file, tracked) -> report.add(describe(file, tracked, chosen)));
        return List.copyOf(report);
    }

    private Deployment describe(Path file, Tracked tracked, Map<String, Path> chosen) {
        String fileName = file.getFileName().toString();
        String name = tracked.jar == null ? "" : tracked.jar.name();
        String version = tracked.jar == null ? "" : tracked.jar.version().toString();
        if (tracked.gone) {
            return new Deployment(fileName, name, version, State.WAITING,
                    "it is gone: what it held is removed if it does not come back");
        }
        if (tracked.problem != null) {
            return new Deployment(fileName, name, version, tracked.told ? State.FAILED : State.WAITING,
                    tracked.problem.getMessage() + runsOn(tracked));
        }
        Path winner = chosen.get(name);
        if (!file.equals(winner)) {
            return new Deployment(fileName, name, version, State.IGNORED,
                    winner.getFileName() + " holds the same bundle: remove one of them");
        }
        Refusal refusal = refusals.get(name);
        return refusal == null ? new Deployment(fileName, name, version, State.DEPLOYED, "")
                : new Deployment(fileName, name, version, refusal.waiting() ? State.WAITING : State.FAILED,
                        refusal.reason());
    }
}
