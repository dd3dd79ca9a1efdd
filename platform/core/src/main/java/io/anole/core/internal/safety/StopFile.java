package io.anole.core.internal.safety;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The emergency stop on the disk: {@code run/estop} of the home, with the time in milliseconds on the first line and the reason on the
 * second. Written whole or not at all, and on the disk when the call returns, as its end is: a power cut neither takes a stop back nor
 * brings back one that has ended. One that can't be read is a stop.
 */
final class StopFile {
    private final Path file;

    /** @param home null if there is none; then nothing is kept */
    StopFile(String home) {
        file = home == null ? null : Path.of(home, "run", "estop");
    }

    /** What is kept, as a time and a reason. */
    record Kept(Instant since, String reason) {
    }

    Optional<Kept> read() {
        if (file == null || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new Kept(Instant.ofEpochMilli(Long.parseLong(lines.get(0))), lines.get(1)));
        } catch (IOException | RuntimeException e) {
            return Optional.of(new Kept(Instant.now(), file + " can't be read: " + e));
        }
    }

    void write(Kept stop) throws IOException {
        if (file != null) {
            DurableFiles.write(file, stop.since().toEpochMilli() + "\n" + stop.reason() + "\n");
        }
    }

    void delete() throws IOException {
        if (file != null) {
            DurableFiles.delete(file);
        }
    }
}
