package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Qos;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A router, or a client that hears a topic, in a JVM of its own, which can be stopped and killed. */
final class NodeProcess implements AutoCloseable {
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    private static final Pattern USED = Pattern.compile("(?:generation|space) .*?used (\\d+)K");

    private final List<String> args;
    private Process process;

    /** @param args what to hear, or nothing; then the settings, keys and values in turn */
    private NodeProcess(String... args) {
        this.args = List.of(args);
        start();
    }

    static NodeProcess router(String at) {
        return new NodeProcess("", "mode", "router", "listen", at);
    }

    static NodeProcess hearer(String topic, String url) {
        return new NodeProcess(topic, "url", url);
    }

    /** What runs in the other JVM. */
    public static void main(String[] args) throws InterruptedException {
        Object[] settings = Arrays.copyOfRange(args, 1, args.length);
        try (Node node = new Node("other", settings).connected()) {
            if (!args[0].isEmpty()) {
                Node.done(node.link.subscribe(io.anole.bus.Pattern.of(args[0]), Qos.DEFAULT, message -> TAKEN).ready());
            }
            System.out.println("up");
            Thread.currentThread().join();
        }
    }

    void start() {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), NodeProcess.class.getName()));
        command.addAll(args);
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
     * @param heapMb in use after a full collection, in MiB
     * @param peakMb resident memory at its most, in MiB
     */
    record Memory(long heapMb, long peakMb) {
    }

    Memory memory() {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        long kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        assertThat(kib).isPositive();
        return new Memory(kib >> 10, status("VmHWM") >> 10);
    }

    /** @return a line of its status in /proc, in KiB */
    long status(String line) {
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

    @Override
    public void close() {
        kill();
    }
}
