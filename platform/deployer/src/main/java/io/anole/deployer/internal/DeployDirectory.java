package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployment.State;
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
    private final Path staging;
    private final long maxBytes;
    private final Duration settle;
    private final Installer installer;
    private final Map<Path, Tracked> files = new TreeMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    private long copies;

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

    DeployDirectory(Path directory, Path staging, long maxBytes, Duration settle, Installer installer) {
        this.directory = directory;
        this.staging = staging;
        this.maxBytes = maxBytes;
        this.settle = settle;
        this.installer = installer;
    }

    /**
     * Looks once and applies what has changed.
     *
     * @param retry whether bundles refused before are to be tried again, because something else has changed
     * @return how each file stands
     */
    List<Deployment> look(boolean retry) throws IOException {
        boolean seenChange = readFiles();
        Map<String, Path> chosen = choose();
        boolean changed = removeGone(chosen);
        boolean again = retry || seenChange || changed;
        while (again) {
            again = apply(chosen);
        }
        if (seenChange || changed) {
            discardCopies();
        }
        return report(chosen);
    }

    private void discardCopies() throws IOException {
        Set<Path> needed = new HashSet<>(installer.copies());
        files.values().stream().filter(file -> file.jar != null).forEach(file -> needed.add(file.jar.path()));
        try (Stream<Path> copied = Files.list(staging)) {
            for (Path copy : copied.filter(path -> !needed.contains(path)).toList()) {
                Files.delete(copy);
            }
        }
    }

    /** Whether some file is not settled yet, so that the next look should come soon. */
    boolean unsettled() {
        return files.values().stream().anyMatch(file -> file.problem != null && !file.told);
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
            Path copy = staging.resolve(++copies + ".jar");
            try {
                StagedJar jar = StagedJar.of(file, copy, maxBytes);
                if (!stamp.equals(stamp(file))) {
                    throw BadJar.unfinished("it is being written", null);
                }
                tracked.jar = jar;
                tracked.problem = null;
                return true;
            } catch (BadJar e) {
                Files.deleteIfExists(copy);
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

    private boolean removeGone(Map<String, Path> chosen) {
        boolean changed = false;
        for (String name : installer.names()) {
            if (!chosen.containsKey(name)) {
                installer.remove(name);
                changed = true;
            }
        }
        refusals.keySet().retainAll(chosen.keySet());
        return changed;
    }

    /** Deploys what is not yet; true if something was, and something else that was refused may now resolve. */
    private boolean apply(Map<String, Path> chosen) throws IOException {
        boolean progress = false;
        boolean refused = false;
        for (Map.Entry<String, Path> entry : chosen.entrySet()) {
            StagedJar jar = files.get(entry.getValue()).jar;
            if (installer.jar(jar.name()).map(StagedJar::sha256).filter(jar.sha256()::equals).isPresent()) {
                refusals.remove(jar.name());
                continue;
            }
            if (hopeless(jar)) {
                continue;
            }
            Optional<Refusal> problem = installer.deploy(jar);
            if (problem.isEmpty()) {
                refusals.remove(jar.name());
                progress = true;
            } else {
                refuse(entry.getValue(), jar, problem.get());
                refused = true;
            }
        }
        return progress && refused;
    }

    private boolean hopeless(StagedJar jar) {
        Refusal refusal = refusals.get(jar.name());
        return refusal != null && refusal.sha256().equals(jar.sha256()) && !refusal.curable();
    }

    private void refuse(Path file, StagedJar jar, Refusal refusal) {
        if (!refusal.equals(refusals.put(jar.name(), refusal))) {
            LOG.error("{} is not deployed: {}: {}", file.getFileName(), jar.name(), refusal.reason());
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
                : new Deployment(fileName, name, version, State.FAILED, refusal.reason());
    }
}
