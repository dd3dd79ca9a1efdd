package io.anole.ros1.master.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of a real ROS, which all end with this. */
final class Peers implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final String uri;
    private final Path directory;
    private final List<Program> programs = new ArrayList<>();

    /** What it prints goes to a file. */
    record Program(Process process, Path log) {
        String printed() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int await() throws InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(process.info().commandLine().orElse("a program") + " runs on after " + PATIENCE_SECONDS
                        + " s: " + printed());
            }
            return process.exitValue();
        }
    }

    Peers(String masterUri, Path directory) {
        this.uri = masterUri;
        this.directory = directory;
    }

    Program start(String... command) throws IOException {
        Path log = Files.createTempFile(directory, Path.of(command[0]).getFileName().toString(), ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ROS_"));
        builder.environment().put("ROS_MASTER_URI", uri);
        builder.environment().put("ROS_IP", "127.0.0.1");
        builder.environment().put("ROS_HOME", directory.toString());
        builder.environment().put("PYTHONUNBUFFERED", "1");
        Program program = new Program(builder.start(), log);
        programs.add(program);
        return program;
    }

    /** What it prints until it ends. */
    String run(String... command) throws Exception {
        Program program = start(command);
        int code = program.await();
        String printed = program.printed();
        if (code != 0) {
            throw new AssertionError(String.join(" ", command) + " ends with " + code + ": " + printed);
        }
        return printed;
    }

    @Override
    public void close() {
        for (Program program : programs) {
            program.process().descendants().forEach(ProcessHandle::destroyForcibly);
            program.process().destroyForcibly().onExit().join();
        }
    }
}
