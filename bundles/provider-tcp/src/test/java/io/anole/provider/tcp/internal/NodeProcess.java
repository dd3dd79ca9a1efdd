package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A router, or a client that hears a topic, in a JVM of its own, which can be stopped and killed. */
final class NodeProcess implements AutoCloseable {
    private static final Pattern USED = Pattern.compile("generation +total.*?used (\\d+)K");

    private final List<String> command;
    private Process process;

    /** @param args what to do, as {@link Work} knows it; then the settings, keys and values in turn */
    NodeProcess(String... args) {
        this(List.of(), args);
    }

    /** @param before the beginning of the command, such as {@code ip netns exec there} */
    NodeProcess(List<String> before, String... args) {
        command = new ArrayList<>(before);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Work.class.getName()));
        command.addAll(List.of(args));
        start();
    }

    static NodeProcess router(String at, String... settings) {
        List<String> args = new ArrayList<>(List.of("route", "", "mode", "router", "listen", at));
        args.addAll(List.of(settings));
        return new NodeProcess(args.toArray(String[]::new));
    }

    static NodeProcess hearer(String topic, String url) {
        return new NodeProcess("hear", topic, "url", url);
    }

    void start() {
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            int first = process.getInputStream().read();
            while (first >= 0 && first != 'u') {
                first = process.getInputStream().read();
            }
            assertThat(first).as("it said that it is up").isEqualTo('u');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a power cut would. */
    void kill() {
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** @param name of the signal, such as STOP */
    void signal(String name) {
        run("kill", "-" + name, String.valueOf(process.pid()));
    }

    /**
     * What the JVM holds.
     *
     * @param heapBytes     in use after a full collection
     * @param residentBytes resident memory
     * @param peakBytes     resident memory at its most
     */
    record Memory(long heapBytes, long residentBytes, long peakBytes) {
    }

    Memory memory() {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        long kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        assertThat(kib).isPositive();
        return new Memory(kib << 10, status("VmRSS") << 10, status("VmHWM") << 10);
    }

    /** @return a line of its status in /proc, in KiB */
    private long status(String line) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return lines.filter(one -> one.startsWith(line + ":")).mapToLong(one -> Long.parseLong(one.replaceAll("\\D", ""))).findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String jcmd(String command) {
        return run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(process.pid()), command);
    }

    private static String run(String... command) {
        try {
            Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(run.waitFor()).as(said).isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Tells it to end, and waits until it has. */
    void end() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(process.waitFor(Node.SOON.toSeconds(), TimeUnit.SECONDS)).as("it ended").isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        assertThat(process.exitValue()).isZero();
    }

    @Override
    public void close() {
        kill();
    }
}
