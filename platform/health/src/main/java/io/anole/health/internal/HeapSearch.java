package io.anole.health.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.framework.BundleContext;

/**
 * Writes all that is in memory into {@code run/heap}, has it searched by a JVM of its own, and deletes it: it holds every secret of
 * the robot. One search at a time.
 */
final class HeapSearch {
    private static final long MEGABYTE = 1_000_000;
    /** The dump itself, indexes of it, and something for the robot to live on. */
    private static final int SPACE_PER_HEAP = 2;
    private static final long SPACE_LEFT = 100 * MEGABYTE;
    private static final int FIELDS = 4;
    private static final String HOME = "anole.home";
    private static final String DIRECTORY = "heap";

    private final BundleContext context;
    private final long millis;

    HeapSearch(BundleContext context, long millis) {
        this.context = context;
        this.millis = millis;
    }

    /** Kind, holder and path of each revision, by its number. */
    Map<Long, String[]> holders(List<Revision> revisions) throws IOException, InterruptedException {
        Path program = directory("anole.distribution").resolve("lib/heap/anole-heap.jar");
        Path run = directory(HOME).resolve("run");
        if (!Files.isReadable(program)) {
            throw new IOException(program + " is missing, so what holds it can't be told: this distribution is not whole");
        }
        Runtime runtime = Runtime.getRuntime();
        long needed = SPACE_PER_HEAP * (runtime.totalMemory() - runtime.freeMemory()) + SPACE_LEFT;
        long free = Files.getFileStore(run).getUsableSpace();
        if (free < needed) {
            throw new IOException("to tell what holds it takes " + needed / MEGABYTE + " MB for a moment, and " + run + " has "
                    + free / MEGABYTE + " MB left: make room");
        }
        clear();
        Path directory = Files.createDirectory(run.resolve(DIRECTORY), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        try {
            Path dump = directory.resolve("robot.hprof");
            dump(dump);
            return search(program, dump, revisions);
        } finally {
            clear();
        }
    }

    /** Deletes what a search has left, or one that the power was cut in. */
    void clear() throws IOException {
        String home = context.getProperty(HOME);
        Path directory = home == null ? null : Path.of(home, "run", DIRECTORY);
        if (directory != null && Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Path directory(String property) throws IOException {
        String value = context.getProperty(property);
        if (value == null) {
            throw new IOException("what holds it can't be told in a framework that was not started by Anole's launcher");
        }
        return Path.of(value);
    }

    private static void dump(Path file) throws IOException {
        try {
            ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=HotSpotDiagnostic"), "dumpHeap",
                    new Object[] {file.toString(), true}, new String[] {String.class.getName(), boolean.class.getName()});
        } catch (JMException e) {
            throw new IOException("this JVM can't write down what is in memory: " + e.getMessage(), e);
        }
    }

    private Map<Long, String[]> search(Path program, Path dump, List<Revision> revisions) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path answer = dump.resolveSibling("answer");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Djava.awt.headless=true", "-Djava.io.tmpdir=" + dump.getParent(), "-jar", program.toString(), dump.toString(),
                Revision.class.getName()));
        revisions.forEach(revision -> command.add(Long.toString(revision.number)));
        Path complaint = dump.resolveSibling("complaint");
        Process process = new ProcessBuilder(command).redirectOutput(answer.toFile()).redirectError(complaint.toFile()).start();
        try {
            if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("the search took longer than " + millis + " ms (search.ms of io.anole.health.leaks)");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        if (process.exitValue() != 0) {
            throw new IOException("the search failed: "
                    + Files.readString(complaint).lines().findFirst().orElse("no reason given"));
        }
        Map<Long, String[]> found = new HashMap<>();
        for (String line : Files.readAllLines(answer, StandardCharsets.UTF_8)) {
            String[] fields = line.split("\t", FIELDS);
            found.put(Long.valueOf(fields[0]), new String[] {fields[1], fields[2], fields[3]});
        }
        return found;
    }
}
