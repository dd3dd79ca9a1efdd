package io.anole.process.exec.internal;

import io.anole.programs.Launch;
import io.anole.programs.RunningProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running program. It is the child of a shell that watches over it, {@code watchdog.sh}, which holds the other end of a pipe that
 * this JVM has open: when the pipe is closed, by {@link #end()} or because this JVM has died in whatever way, the shell ends the
 * program and all it has started. The shell is the leader of a session of its own, so that what hits this JVM's process group does
 * not hit it, and the program leads another.
 *
 * <p>Any thread may call it; nothing blocks. A thread of its own reads the output and calls the listener; it ends with the
 * program, or with the last that has inherited its output and was not found, because it has left the session and wiped its
 * environment.
 */
final class Program implements RunningProgram {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    private static final String MARK = "ANOLE_PROCESS";

    private final Launch launch;
    private final String script;
    private final Consumer<String> listener;
    private final String mark;
    private final Process watchdog;
    private final CompletableFuture<Long> pid = new CompletableFuture<>();
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> over;

    private Program(Launch launch, Consumer<String> listener) throws IOException {
        this.launch = launch;
        this.listener = listener;
        this.script = script();
        this.mark = launch.name() + "." + UUID.randomUUID();
        List<String> arguments = new ArrayList<>(List.of(mark, launch.stopSignal(),
                Long.toString(launch.killAfter().toMillis() / 10)));
        arguments.addAll(launch.command());
        this.watchdog = shell(arguments).redirectErrorStream(true).start();
        exited.thenAccept(this::exit);
        // It tells the exit before its own.
        watchdog.onExit().thenRun(() -> exited.completeOnTimeout(UNKNOWN, 1, TimeUnit.SECONDS));
        this.over = CompletableFuture.allOf(watchdog.onExit(), exited).thenCompose(done -> regular() ? done() : kill());
    }

    /**
     * Starts it.
     *
     * @param listener is called with every line of its output
     * @throws IOException with one line that says what is wrong
     */
    static Program start(Launch launch, Consumer<String> listener) throws IOException {
        Program program = new Program(launch, listener);
        Thread reader = new Thread(program::read, "output of " + launch.name());
        reader.setDaemon(true);
        reader.start();
        return program;
    }

    private static String script() throws IOException {
        try (InputStream in = Program.class.getResourceAsStream("watchdog.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private ProcessBuilder shell(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", script, "anole"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(launch.directory().toFile());
        builder.environment().putAll(launch.environment());
        builder.environment().remove(MARK);
        return builder;
    }

    private void read() {
        try {
            Output output = new Output(watchdog.getInputStream(), launch.lineLength());
            for (String line = output.next(); line != null; line = output.next()) {
                hear(line);
            }
        } catch (IOException e) {
            LOG.debug("the output of process '{}' has ended", launch.name(), e);
        }
    }

    /** Its exit was told, or its watchdog has gone without a word: then its output may be open still. */
    private void exit(int status) {
        if (status == UNKNOWN) {
            LOG.error("the shell that watched over process '{}' was killed; what is left of its program is killed too", launch.name());
        }
        end();
    }

    private void hear(String line) {
        if (!line.startsWith(mark)) {
            listener.accept(line);
            return;
        }
        String[] words = line.split(" ");
        long number = Long.parseLong(words[2]);
        if (words[1].equals("pid")) {
            tell(words[2]);
            pid.complete(number);
        } else {
            exited.complete((int) number);
        }
    }

    /** The watchdog has to know which session is the program's, and it is not the one that has started it. */
    private void tell(String session) {
        try {
            OutputStream out = watchdog.getOutputStream();
            out.write((session + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            LOG.debug("process '{}' is being ended already", launch.name(), e);
        }
    }

    private boolean regular() {
        return exited.join() != UNKNOWN;
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Long> pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Integer> exited() {
        return exited;
    }

    @Override
    public CompletableFuture<Void> over() {
        return over;
    }

    @Override
    public void end() {
        try {
            watchdog.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the shell that watched over process '{}' is gone", launch.name(), e);
        }
    }

    @Override
    public CompletableFuture<Void> kill() {
        try {
            ProcessBuilder killer = shell(List.of(mark, "KILL", "0")).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            killer.environment().put("session", pid.isDone() ? Long.toString(pid.join()) : "");
            return killer.start().onExit().thenAccept(process -> { });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
