package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
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
        String at = "tcp://127.0.0.1:" + Node.freePort();
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

    @Test
    void whoHasNoRoomIsRefused() {
        String at = "tcp://127.0.0.1:" + Node.freePort();
        try (Node router = Node.router(at, "state.file", file().toString(), "state.file.bytes", MOST)) {
            assertThatThrownBy(() -> router.link.put(key(1), Optional.of(new Value("x".repeat(100_000), "", "router/x")), Lifetime.DURABLE)
                    .toCompletableFuture().join()).cause().isInstanceOf(Rejected.class).hasMessageContaining("state.file.bytes");
            Node.done(router.link.put(key(1), Optional.of(new Value("x", "", "router/x")), Lifetime.DURABLE));
        }
    }
}
