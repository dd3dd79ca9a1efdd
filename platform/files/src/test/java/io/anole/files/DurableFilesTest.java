package io.anole.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DurableFilesTest {
    private static final int LARGE = 1 << 20;
    private static final long LOOKS = 200;

    @TempDir
    private Path directory;

    private interface Action {
        void run() throws Exception;
    }

    private Path file() {
        return directory.resolve("file");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<Path> names() throws IOException {
        try (var all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    /** What was forced to the disk meanwhile, in order, as the JVM itself tells. */
    private List<Path> forced(Action action) throws Exception {
        Path events = Files.createTempFile("forced", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            action.run();
            recording.stop();
            recording.dump(events);
            return RecordingFile.readAllEvents(events).stream().filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
                    .sorted((one, other) -> one.getStartTime().compareTo(other.getStartTime()))
                    .map(DurableFilesTest::path).filter(path -> path.startsWith(directory)).toList();
        } finally {
            Files.delete(events);
        }
    }

    private static Path path(RecordedEvent event) {
        return Path.of(event.getString("path"));
    }

    @Test
    void what_is_written_takes_the_place_of_what_was_there() throws Exception {
        DurableFiles.write(file(), "first, and longer\n");
        DurableFiles.write(file(), "sécond\n");

        assertThat(file()).usingCharset(StandardCharsets.UTF_8).hasContent("sécond\n");
        assertThat(names()).containsExactly(file());
    }

    @Test
    void what_is_created_takes_no_place() throws Exception {
        DurableFiles.create(file(), "first\n");

        assertThatThrownBy(() -> DurableFiles.create(file(), "second\n")).isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(file().toString());
        assertThat(file()).hasContent("first\n");
        assertThat(permissions(file())).isEqualTo("rw-------");
        assertThat(names()).containsExactly(file());
    }

    /** As on FAT, or on a mount of a network. */
    @Test
    void what_is_created_takes_no_place_where_there_are_no_links() throws Exception {
        Path next = directory.resolve("file.next");
        assertThat(forced(() -> DurableFiles.create(file(), "first\n", DurableFilesTest::refuse))).containsExactly(next, directory);
        assertThat(file()).hasContent("first\n");
        assertThat(permissions(file())).isEqualTo("rw-------");
        assertThat(names()).containsExactly(file());

        assertThatThrownBy(() -> DurableFiles.create(file(), "second\n", DurableFilesTest::refuse))
                .isInstanceOf(FileAlreadyExistsException.class).hasMessage(file().toString());
        assertThat(file()).hasContent("first\n");

        Files.delete(file());
        Files.createSymbolicLink(file(), directory.resolve("nowhere"));
        assertThatThrownBy(() -> DurableFiles.create(file(), "second\n", DurableFilesTest::refuse))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file()).isSymbolicLink();
        assertThat(names()).containsExactly(file());
    }

    private static void refuse(Path name, Path file) throws IOException {
        throw new FileSystemException(name.toString(), file.toString(), "Operation not permitted");
    }

    @Test
    void the_content_is_forced_under_its_former_name_and_then_the_new_name() throws Exception {
        Path next = directory.resolve("file.next");
        Path complete = directory.resolve("complete");

        assertThat(forced(() -> DurableFiles.create(file(), "new\n"))).containsExactly(next, directory);
        assertThat(forced(() -> DurableFiles.write(file(), "changed\n"))).containsExactly(next, directory);
        assertThat(forced(() -> DurableFiles.publish(Files.writeString(complete, "complete\n"), file())))
                .containsExactly(complete, directory);
        assertThat(forced(() -> DurableFiles.delete(file()))).containsExactly(directory);
        assertThat(forced(() -> DurableFiles.delete(file()))).isEmpty();
        assertThat(forced(() -> DurableFiles.privateDirectory(directory.resolve("a/b")))).containsExactly(directory,
                directory.resolve("a"));
        assertThat(forced(() -> DurableFiles.privateDirectory(directory.resolve("a/b")))).isEmpty();
        assertThat(forced(() -> DurableFiles.directory(directory.resolve("a/c/d")))).containsExactly(directory.resolve("a"),
                directory.resolve("a/c"));
        assertThat(forced(() -> DurableFiles.directory(directory.resolve("a/c/d")))).isEmpty();
    }

    @Test
    void directories_in_one_wait_for_the_disk_once() throws Exception {
        Path home = directory.resolve("home");
        assertThat(forced(() -> DurableFiles.privateDirectory(home, Set.of("a", "b", "c")))).containsExactly(directory, home);
        for (String name : List.of(".", "a", "b", "c")) {
            assertThat(permissions(home.resolve(name))).isEqualTo("rwx------");
        }
        assertThat(forced(() -> DurableFiles.privateDirectory(home, Set.of("a", "b", "c")))).isEmpty();
        Files.delete(home.resolve("b"));
        assertThat(forced(() -> DurableFiles.privateDirectory(home, Set.of("a", "b", "c")))).containsExactly(home);
    }

    @Test
    void what_is_of_no_use_after_a_power_cut_waits_for_no_disk() throws Exception {
        assertThat(forced(() -> DurableFiles.writeUnforced(file(), "token\n"))).isEmpty();
        assertThat(forced(() -> DurableFiles.writeUnforced(file(), "another\n"))).isEmpty();

        assertThat(file()).hasContent("another\n");
        assertThat(permissions(file())).isEqualTo("rw-------");
        assertThat(names()).containsExactly(file());
    }

    @Test
    void nobody_else_may_read_it_at_any_moment() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        whileLooking(() -> {
            for (String name : List.of("file", "file.next")) {
                try {
                    seen.add(permissions(directory.resolve(name)));
                } catch (NoSuchFileException e) {
                    // not yet, or not any more
                }
            }
        }, () -> {
            Files.deleteIfExists(file());
            DurableFiles.write(file(), "x".repeat(LARGE));
        });

        assertThat(seen).containsExactly("rw-------");
    }

    @Test
    void a_reader_meanwhile_has_the_former_content_or_the_new_one() throws Exception {
        String one = "1".repeat(LARGE);
        String two = "2".repeat(LARGE / 2);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        DurableFiles.write(file(), one);
        whileLooking(() -> {
            String content = Files.readString(file());
            seen.add(content.equals(one) ? "one" : content.equals(two) ? "two" : "something else");
        }, () -> {
            DurableFiles.write(file(), two);
            DurableFiles.writeUnforced(file(), one);
        });

        assertThat(seen).containsOnly("one", "two");
    }

    /** Goes on changing until enough has been seen. */
    private static void whileLooking(Action look, Action change) throws Exception {
        AtomicLong looks = new AtomicLong();
        AtomicBoolean enough = new AtomicBoolean();
        var failure = new Object() {
            volatile Exception thrown;
        };
        Thread looking = new Thread(() -> {
            try {
                while (!enough.get()) {
                    look.run();
                    looks.incrementAndGet();
                }
            } catch (Exception e) {
                failure.thrown = e;
            }
        }, "looking");
        looking.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try {
            while (looks.get() < LOOKS && looking.isAlive() && System.nanoTime() < deadline) {
                change.run();
            }
        } finally {
            enough.set(true);
            looking.join();
        }
        assertThat(failure.thrown).isNull();
        assertThat(looks).hasValueGreaterThanOrEqualTo(LOOKS);
    }

    @Test
    void what_a_kill_left_is_no_obstacle_and_shows_nothing() throws Exception {
        Path next = directory.resolve("file.next");
        for (Action write : List.<Action>of(() -> DurableFiles.create(file(), "whole\n"), () -> DurableFiles.write(file(), "whole\n"),
                () -> DurableFiles.writeUnforced(file(), "whole\n"))) {
            Files.deleteIfExists(file());
            Files.writeString(next, "half, and of another length than what follows");
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-rw-rw-"));

            write.run();

            assertThat(file()).hasContent("whole\n");
            assertThat(permissions(file())).isEqualTo("rw-------");
            assertThat(names()).containsExactly(file());
        }
    }

    /** A kill within create leaves one file with two names. */
    @Test
    void what_is_left_is_not_written_through_to_the_file() throws Exception {
        DurableFiles.write(file(), "former\n");
        Files.createLink(directory.resolve("file.next"), file());
        try (InputStream reader = Files.newInputStream(file())) {
            DurableFiles.write(file(), "new\n");

            assertThat(reader).hasContent("former\n");
        }
        assertThat(file()).hasContent("new\n");
    }

    @Test
    void what_can_not_be_named_is_not_left_behind() throws Exception {
        Path taken = Files.createDirectories(directory.resolve("taken/by/directories")).getParent().getParent();

        for (Action write : List.<Action>of(() -> DurableFiles.create(taken, "x"), () -> DurableFiles.write(taken, "x"),
                () -> DurableFiles.writeUnforced(taken, "x"))) {
            assertThatIOException().isThrownBy(write::run);
            assertThat(names()).containsExactly(taken);
        }
    }

    @Test
    void what_is_published_keeps_its_permissions_and_replaces() throws Exception {
        Path complete = Files.writeString(directory.resolve("complete"), "complete\n");
        Files.setPosixFilePermissions(complete, PosixFilePermissions.fromString("rw-r-----"));
        Files.writeString(file(), "former\n");

        DurableFiles.publish(complete, file());

        assertThat(file()).hasContent("complete\n");
        assertThat(permissions(file())).isEqualTo("rw-r-----");
        assertThat(names()).containsExactly(file());
    }

    @Test
    void a_directory_is_its_owners_and_one_that_is_there_stays() throws Exception {
        Path deep = directory.resolve("a/b");
        assertThat(DurableFiles.privateDirectory(deep)).isEqualTo(deep);
        assertThat(permissions(deep)).isEqualTo("rwx------");

        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("rwxr-x---"));
        DurableFiles.privateDirectory(deep);
        assertThat(permissions(deep)).isEqualTo("rwxr-x---");

        Path taken = Files.createFile(directory.resolve("taken"));
        assertThatThrownBy(() -> DurableFiles.privateDirectory(taken)).isInstanceOf(FileAlreadyExistsException.class);
    }

    /** Such as a process that is stopped because of what it tells. */
    @Test
    void who_is_interrupted_before_or_meanwhile_writes_all_the_same_and_stays_interrupted() throws Exception {
        Thread writer = Thread.currentThread();
        AtomicBoolean enough = new AtomicBoolean();
        Thread interrupter = new Thread(() -> {
            while (!enough.get()) {
                writer.interrupt();
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000));
            }
        }, "interrupting");
        interrupter.start();
        try {
            for (int i = 0; i < 20; i++) {
                writer.interrupt();
                DurableFiles.write(file(), i + "\n");
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                DurableFiles.delete(file());
                DurableFiles.create(file(), i + "\n");
                DurableFiles.writeUnforced(file(), "last " + i + "\n");
            }
        } finally {
            enough.set(true);
            while (interrupter.isAlive()) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }
        assertThat(file()).hasContent("last 19\n");
        assertThat(names()).containsExactly(file());
    }
}
