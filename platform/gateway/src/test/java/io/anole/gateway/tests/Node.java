package io.anole.gateway.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs scripts under node, with the packages that the lock file beside them pins. */
final class Node {
    private static final long INSTALL_S = 180;
    private final Path directory;

    /** @param scripts where package.json, its lock file and the scripts are; copied to {@code directory} */
    Node(Path scripts, Path directory) throws Exception {
        this.directory = directory;
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(scripts)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Script install = new Script("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
        install.ends(INSTALL_S);
    }

    Script start(String... arguments) throws IOException {
        return new Script(Stream.concat(Stream.of("node"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** A running script. */
    final class Script {
        private final List<String> said = new CopyOnWriteArrayList<>();
        private final Process process;
        private final Thread reader;

        private Script(String... command) throws IOException {
            process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
            reader = new Thread(this::read, "script");
            reader.start();
        }

        private void read() {
            try (BufferedReader in = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    said.add(line);
                }
            } catch (IOException e) {
                said.add("lost: " + e.getMessage());
            }
        }

        boolean said(String line) {
            return said.contains(line);
        }

        boolean running() {
            return process.isAlive();
        }

        void ends(long seconds) throws InterruptedException {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            reader.join();
            assertThat(ended && process.exitValue() == 0).as(String.join("\n", said)).isTrue();
        }
    }
}
