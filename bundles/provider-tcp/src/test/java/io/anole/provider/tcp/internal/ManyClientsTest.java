package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.provider.tcp.internal.NodeProcess.Memory;
import io.anole.testkit.FreePort;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client costs the router that has subscribed to something and is idle; 1,000 of them with {@code -Danole.soak=true}. */
@Timeout(180)
class ManyClientsTest {
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final int FIRST = 50;
    private static final int MANY = SOAK ? 1_000 : 200;
    private static final long MOST_BYTES = 64 << 10;

    /** Clients that do nothing; one thread says PING for all. */
    private static final class Idle implements AutoCloseable {
        private static final byte[] PING = RawClient.frames(Out::ping);
        private final List<Socket> sockets = new ArrayList<>();
        private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();

        Idle(int port, int count, String prefix) throws IOException {
            for (int i = 0; i < count; i++) {
                int number = i;
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout((int) Node.SOON.toMillis());
                socket.getOutputStream().write(RawClient.frames(out -> {
                    out.hello(SessionId.NONE, 0, prefix + number, "main", "", -1);
                    out.subscribe(1, Frame.RELIABLE, "/for/" + prefix + number);
                    out.sync(2, Frame.RESTORED_ALL);
                }));
                sockets.add(socket);
            }
            for (Socket socket : sockets) {
                await(socket, Frame.OK);
            }
            beat.scheduleAtFixedRate(this::beat, 0, 700, TimeUnit.MILLISECONDS);
        }

        static void await(Socket socket, byte type) throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (in.readNBytes(in.readInt())[0] != type) {
                assertThat(socket.isConnected()).isTrue();
            }
        }

        private void beat() {
            try {
                for (Socket socket : sockets) {
                    socket.getOutputStream().write(PING);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            beat.shutdownNow();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aClientThatIsIdleCostsLittle() throws Exception {
        int port = FreePort.next();
        String at = "tcp://127.0.0.1:" + port;
        try (NodeProcess router = NodeProcess.router(at); Idle first = new Idle(port, FIRST, "first");
                Node publisher = new Node("publisher", "url", at).connected()) {
            router.memory();
            Memory before = router.memory();
            try (Idle many = new Idle(port, MANY, "one")) {
                Memory after = router.memory();
                long heap = (after.heapBytes() - before.heapBytes()) / MANY;
                long all = (after.residentBytes() - before.residentBytes()) / MANY;
                LOG.info("{} clients: each costs the router {} bytes of its heap, and {} bytes of resident memory", MANY, heap, all);
                assertThat(heap).isLessThan(MOST_BYTES);
                if (SOAK) {
                    assertThat(all).isLessThan(MOST_BYTES);
                }
                // All of them are there: the last one is given what it asked for.
                Name last = Name.of("/for/one" + (MANY - 1));
                publisher.link.advertise(last, "", Qos.DEFAULT).publish(publisher.message(last, "hello", Duration.ZERO));
                Idle.await(many.sockets.get(MANY - 1), Frame.DELIVER);
                assertThat(first.sockets).hasSize(FIRST);
            }
        }
    }
}
