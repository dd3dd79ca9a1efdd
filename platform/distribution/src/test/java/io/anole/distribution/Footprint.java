package io.anole.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds after a full collection, as its own {@code jcmd} tells.
 *
 * @param bundleLoaders class loaders of bundles
 * @param threads       Java threads
 * @param metaspaceKib  metaspace in use, in KiB
 * @param classes       of all loaders
 * @param files         open file handles
 */
record Footprint(long bundleLoaders, long threads, long metaspaceKib, long classes, long files) {
    private static final Pattern CLASSES = Pattern.compile("loaders, (\\d+) classes");
    private static final Pattern USED = Pattern.compile("Both:.*?([\\d.]+) (KB|MB) *\\([^)]*\\) used");

    static Footprint of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        long loaders = jcmd(pid, "VM.classloader_stats").lines().filter(line -> line.contains("BundleClassLoader")).count();
        long threads = jcmd(pid, "Thread.print").lines().filter(line -> line.startsWith("\"")).count();
        String metaspace = jcmd(pid, "VM.metaspace");
        return new Footprint(loaders, threads, metaspace(metaspace), classes(metaspace), files(pid));
    }

    private static long files(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    private static long classes(String report) {
        Matcher classes = CLASSES.matcher(report);
        if (!classes.find()) {
            throw new IllegalStateException("no number of classes in: " + report);
        }
        return Long.parseLong(classes.group(1));
    }

    private static long metaspace(String report) {
        Matcher used = USED.matcher(report);
        if (!used.find()) {
            throw new IllegalStateException("no total in: " + report);
        }
        return (long) (Double.parseDouble(used.group(1)) * (used.group(2).equals("MB") ? 1024 : 1));
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
        return said;
    }
}
