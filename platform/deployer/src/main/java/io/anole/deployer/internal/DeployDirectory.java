package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployment.State;
import io.anole.deployer.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the framework hold what the directory holds. A file counts once it is a whole jar; while it is being written, or
 * is broken, what it held before runs on. Files are told apart by the bundle inside, so a renamed file is no change and a
 * file with a newer version of the same bundle is an update.
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
    private boolean first = true;
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
        gone.removeAll(choose().keySet());
        gone.removeIf(this::heldByUnreadable);
        return gone;
    }

    /**
     * Looks once and applies what has changed.
     *
     * @param retry whether bundles refused before are to be tried again, because something else has changed
     * @return how each file stands
     */
    List<Deployment> look(boolean retry) throws IOException, InterruptedException {
        boolean seenChange = readFiles() || first;
        first = false;
        Map<String, Path> chosen = choose();
        boolean changed = removeGone(chosen);
        boolean again = retry || seenChange || changed || postponed;
        postponed = false;
        while (again) {
            again = apply(chosen);
        }
        if (seenChange || changed) {
            discardCopies();
        }
        return report(chosen);
    }

    private void discardCopies() throws IOException {
        Set<Path> needed = new HashSet<>();
        files.values().stream().filter(file -> file.jar != null).forEach(file -> needed.add(file.jar.path()));
        store.retain(ledger.digests(), needed);
    }

    /** Whether some file is not settled yet, or waits for its time, so that the next look should come soon. */
    boolean unsettled() {
        return postponed || files.values().stream().anyMatch(file -> file.problem != null && !file.told);
    }

    private boolean readFiles() throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.list(directory)) {
            found = all.filter(DeployDirectory::deployable).sorted().toList();
        }
        boolean changed = files.keySet().removeIf(known -> !found.contains(known));
        for (Path file : found) {
            changed |= read(file);
        }
        return changed;
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

    /** Whether a file that was deployed is there, and only can't be read now. */
    private boolean heldByUnreadable(String name) {
        String file = ledger.current(name).map(Kept::file).orElse("");
        return files.entrySet().stream().anyMatch(entry -> entry.getValue().jar == null
                && entry.getKey().getFileName().toString().equals(file));
    }

    private boolean removeGone(Map<String, Path> chosen) throws IOException, InterruptedException {
        boolean changed = false;
        for (String name : ledger.names()) {
            if (!chosen.containsKey(name) && !heldByUnreadable(name)) {
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
            if (hopeless(file, jar)) {
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
                LOG.info("{} waits: {}: {}", file.getFileName(), jar.name(), reason);
            } else {
                LOG.error("{} is not deployed: {}: {}", file.getFileName(), jar.name(), reason);
            }
        }
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
