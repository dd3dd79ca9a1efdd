package io.anole.distribution;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The built distribution as a process of its own, used from outside as a user does: by its command, over HTTP, by signals.
 *
 * <pre>{@code
 * try (Robot robot = Robot.start(home, "--features", "core,http", "--port", "0").awaitReady()) {
 *     assertThat(robot.cli("topic", "list").out()).contains("/odom");
 *     assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(200);
 * }
 * }</pre>
 */
public final class Robot implements AutoCloseable {
    /** The distribution under test. */
    public static final Path DISTRIBUTION = Path.of(System.getProperty("anole.distribution"));
    private static final Path COMMAND = DISTRIBUTION.resolve("bin/anole");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String END = "-- end of output --";

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Path home;
    private final Process process;
    private final List<String> output = new ArrayList<>();

    private Robot(Path home, Process process) {
        this.home = home;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** What a command said and returned. */
    public record Result(int code, String out, String err) {
    }

    /** Starts the distribution with {@code anole run --home <home> <options>}; returns at once. */
    public static Robot start(Path home, String... options) throws IOException {
        return startOn(Path.of(System.getProperty("java.home")), home, options);
    }

    /** As {@link #start}, on another Java than that of the tests. */
    public static Robot startOn(Path javaHome, Path home, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString(), "run", "--home", home.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        return new Robot(home, builder.start());
    }

    /** Runs {@code anole run} to its end: for starts that are refused. */
    public static Result run(Path home, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("run", "--home", home.toString()));
        arguments.addAll(List.of(options));
        return command(home, arguments);
    }

    /** A command of the running robot, such as {@code cli("topic", "list")}. */
    public Result cli(String... arguments) throws IOException, InterruptedException {
        return command(home, List.of(arguments));
    }

    /** Writes to its standard input. */
    public void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Ends its standard input. */
    public void hangUp() throws IOException {
        process.getOutputStream().close();
    }

    /** As {@link #cli}, with a file as the standard input. */
    public Result cliFrom(Path input, String... arguments) throws IOException, InterruptedException {
        return command(home, List.of(arguments), input);
    }

    private static Result command(Path home, List<String> arguments) throws IOException, InterruptedException {
        return command(home, arguments, Path.of("/dev/null"));
    }

    private static Result command(Path home, List<String> arguments, Path input) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString()));
        command.addAll(arguments);
        Path out = Files.createTempFile("anole", ".out");
        Path err = Files.createTempFile("anole", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(input.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("ANOLE_HOME", home.toString());
            Process process = builder.start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail("%s did not end within %s; it said: %s%s", arguments, PATIENCE, Files.readString(out),
                        Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Waits until it says READY. */
    public Robot awaitReady() throws InterruptedException {
        try {
            awaitLine(line -> line.startsWith("READY in "));
            return this;
        } catch (AssertionError never) {
            close(); // nobody else can: who asked has no robot yet
            throw never;
        }
    }

    /** Waits for a line of its output, the past ones included. */
    public String awaitLine(Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (output) {
            while (true) {
                Optional<String> found = output.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || output.contains(END)) {
                    return fail("%s; it said:%n%s", left <= 0 ? "no such line within " + PATIENCE : "it ended",
                            String.join("\n", output));
                }
                output.wait(left);
            }
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("its output can't be read: " + e);
        }
        add(END);
    }

    private void add(String line) {
        synchronized (output) {
            output.add(line);
            output.notifyAll();
        }
    }

    /** All it has said so far. */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** The web server's address, as READY says it. */
    public URI url() {
        return output().stream().filter(line -> line.startsWith("READY in ") && line.contains("http://"))
                .map(line -> URI.create(line.substring(line.indexOf("http://")))).findFirst()
                .orElseThrow(() -> new AssertionError("no URL in " + output()));
    }

    /** GET of a path below {@link #url()}. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url().resolve(path)).GET());
    }

    /** POST of plain text to a path below {@link #url()}. */
    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url().resolve(path)).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    }

    public Path home() {
        return home;
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM, then its exit code. */
    public int stop() throws InterruptedException {
        process.toHandle().destroy(); // Process.destroy() would close its output as well
        return exitCode();
    }

    /** SIGKILL: as if the power went. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    private int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            fail("process %s did not end within %s; it said:%n%s", process.pid(), PATIENCE,
                    String.join("\n", output()));
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
