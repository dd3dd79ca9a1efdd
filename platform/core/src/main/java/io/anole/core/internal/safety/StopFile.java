package io.anole.core.internal.safety;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The emergency stop on the disk: {@code run/estop} of the home, with the time in milliseconds on the first line and the reason on the
 * second. Written whole or not at all, and on the disk when the call returns. One that can't be read is a stop.
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
        if (file == null) {
            return;
        }
        Path fresh = file.resolveSibling("estop.new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(stop.since().toEpochMilli() + "\n" + stop.reason() + "\n");
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        forceNames();
    }

    /** Or a power cut could take the stop back, or bring back one that has ended. */
    private void forceNames() throws IOException {
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    void delete() throws IOException {
        if (file != null && Files.deleteIfExists(file)) {
            forceNames();
        }
    }
}
