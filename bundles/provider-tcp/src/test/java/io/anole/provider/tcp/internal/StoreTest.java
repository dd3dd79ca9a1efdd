package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Value;
import io.anole.testkit.FreePort;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Durable keys on a router's disk; 50 kills with {@code -Danole.soak=true}. */
@Timeout(300)
class StoreTest {
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final int KILLS = Boolean.getBoolean("anole.soak") ? 50 : 1;
    private static final long MOST = 64 << 10;

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("state/keys");
    }

    private Store open() throws IOException {
        return new Store("main", file(), MOST);
    }

    private static Name key(long number) {
        return Name.of("/k/" + number);
    }

    // G8: what was put is there after kill -9; what was removed, or ended with its owner, is not
    @Test
    void keysOutlastAKilledRouter() {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (NodeProcess router = NodeProcess.router(at, "state.file", file().toString());
                Node client = new Node("client", "url", at).connected()) {
            for (long i = 1; i <= KILLS; i++) {
                Node.done(client.link.put(key(i), Optional.of(new Value(i, "", "client/x")), Lifetime.DURABLE));
                Node.done(client.link.put(Name.of("/gone"), Optional.of(new Value(i, "", "client/x")), Lifetime.DURABLE));
                Node.done(client.link.put(Name.of("/gone"), Optional.empty(), Lifetime.DURABLE));
                router.kill();
                Node.patiently().until(() -> !client.isUp());
                router.start();
                client.connected();
                for (long j = 1; j <= i; j++) {
                    assertThat(Node.done(client.link.get(key(j))).orElseThrow().body()).isEqualTo(j);
                }
                assertThat(Node.done(client.link.get(Name.of("/gone")))).isEmpty();
            }
            LOG.info("{} kills of a router: no durable key lost", KILLS);
        }
    }

    // whatever a kill or a power cut leaves of the file: what was whole before is there, and the router starts
    @Test
    void aTornFileIsToldAndNotFatal() throws Exception {
        try (Store store = open()) {
            for (int i = 0; i < 20; i++) {
                store.put(key(i), new byte[100], "");
            }
            store.remove(key(0));
        }
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length += 61) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (Store store = open()) {
                assertThat(store.keys().size()).isLessThanOrEqualTo(20);
                assertThat(store.keys().values()).allMatch(kept -> kept.value().length == 100);
            }
        }
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        Files.write(file(), flipped);
        try (Store store = open()) {
            assertThat(store.keys()).hasSizeBetween(5, 15).containsKey(key(1));
        }
        assertThat(Files.readAllBytes(file().resolveSibling("keys.broken"))).isEqualTo(flipped);
    }

    @Test
    void theFileStaysSmallAndPrivate() throws Exception {
        try (Store store = open()) {
            for (int i = 0; i < 5_000; i++) {
                store.put(key(i % 10), new byte[1_000], "");
            }
            assertThat(Files.size(file())).isLessThan(2 << 20);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    store.put(key(i), new byte[1_000], "");
                }
            }).isInstanceOf(Refusal.class).hasMessageContaining("(state.file.bytes)");
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageStartingWith("another router uses '");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    }

    // a value that takes the place of another needs no room but what it is larger by, and none if it is not
    @Test
    void anOverwriteThatFitsIsTaken() throws Exception {
        try (Store store = open()) {
            store.put(key(1), new byte[40_000], "");
            store.put(key(1), new byte[60_000], "");
            assertThatThrownBy(() -> store.put(key(1), new byte[70_000], "")).isInstanceOf(Refusal.class);
            assertThatThrownBy(() -> store.put(key(2), new byte[6_000], "")).isInstanceOf(Refusal.class);
            store.put(key(2), new byte[5_000], "");
        }
        try (Store store = new Store("main", file(), MOST / 2)) {
            assertThatThrownBy(() -> store.put(key(2), new byte[5_001], "")).isInstanceOf(Refusal.class);
            store.put(key(1), new byte[50_000], "");
            assertThat(store.keys().get(key(1)).value()).hasSize(50_000);
        }
    }

    // G8: what was put outlasts a power cut a second later: the bytes, and the name of a file that was made or written anew
    @Test
    void aPowerCutLeavesWhatWasForced() throws Exception {
        try (Disk disk = new Disk(file().getParent()); Store store = new Store("main", file(), MOST, disk)) {
            store.put(key(1), new byte[100], "");
            Node.patiently().pollInterval(50, TimeUnit.MILLISECONDS).until(() -> disk.left().contains(key(1)));
            assertThat(disk.directories).contains(directory);
            for (int i = 0; i < 2_000; i++) {
                store.put(key(2), new byte[1_000], "");
            }
            store.put(key(3), new byte[100], "");
            assertThat(disk.forced).as("written anew").hasSizeGreaterThan(1);
            Node.patiently().pollInterval(50, TimeUnit.MILLISECONDS).until(() -> disk.left().equals(Set.of(key(1), key(2), key(3))));
        }
    }

    /** What a power cut would leave of a directory: names as they were when it was forced, and of the files what was. */
    private static final class Disk implements Store.Disk, AutoCloseable {
        final Set<Path> directories = ConcurrentHashMap.newKeySet();
        final Map<Object, byte[]> forced = new ConcurrentHashMap<>();
        private final Path directory;
        private final List<Closeable> open = new ArrayList<>();
        private Map<String, Object> names = Map.of();
        private int cuts;

        Disk(Path directory) {
            this.directory = directory;
        }

        @Override
        public synchronized void force(Path path) throws IOException {
            if (Files.isDirectory(path)) {
                directories.add(path);
            } else {
                // As long as it is open its number is no other file's.
                open.add(Files.newInputStream(path));
                forced.put(number(path), Files.readAllBytes(path));
            }
            if (path.equals(directory)) {
                names = new HashMap<>();
                for (String name : List.of("keys", "keys.new")) {
                    if (Files.exists(path.resolve(name))) {
                        names.put(name, number(path.resolve(name)));
                    }
                }
            }
        }

        private static Object number(Path path) throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        }

        /** The keys that a router finds after a cut now. */
        synchronized Set<Name> left() throws IOException {
            Path after = Files.createDirectories(directory.resolveSibling("cut-" + ++cuts));
            for (Map.Entry<String, Object> name : names.entrySet()) {
                Files.write(after.resolve(name.getKey()), forced.getOrDefault(name.getValue(), new byte[0]));
            }
            try (Store store = new Store("cut", after.resolve("keys"), MOST)) {
                return Set.copyOf(store.keys().keySet());
            }
        }

        @Override
        public synchronized void close() throws IOException {
            for (Closeable one : open) {
                one.close();
            }
        }
    }

    @Test
    void whoHasNoRoomIsRefused() {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (Node router = Node.router(at, "state.file", file().toString(), "state.file.bytes", MOST)) {
            assertThatThrownBy(() -> router.link.put(key(1), Optional.of(new Value("x".repeat(100_000), "", "router/x")), Lifetime.DURABLE)
                    .toCompletableFuture().join()).cause().isInstanceOf(Rejected.class).hasMessageContaining("state.file.bytes");
            Node.done(router.link.put(key(1), Optional.of(new Value("x", "", "router/x")), Lifetime.DURABLE));
        }
    }
}
