package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What strangers send to a node's port, and what nodes leave behind. */
class AbuseTest {
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static Ros ros;

    @BeforeAll
    static void startRos() {
        ros = new Ros();
    }

    @AfterAll
    static void stopRos() {
        ros.close();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name)).count();
    }

    /** Whatever comes to the port, the node goes on, and keeps no connection. */
    @Test
    void noisyStrangersDoNoHarm() throws IOException {
        try (Peer peer = new Peer("abused", ros.uri()).connected(); Peer other = new Peer("other", ros.uri()).connected()) {
            peer.latch("/abused/text", "std_msgs/String", "x");
            Peer.done(peer.link.serve(Name.of("/abused/service"), "std_srvs/SetBoolRequest", "",
                    request -> CompletableFuture.completedStage(peer.message("/x", "", Map.of("success", true)))).ready());
            assertThat(other.call("/abused/service", true)).isEqualTo(Map.of("success", true, "message", ""));
            Ros.Peer where = ros.run("rosservice", "uri", "/abused/service");
            int port = Integer.parseInt(where.awaitLine("rosrpc://127.0.0.1:").replaceAll(".*:", "").strip());
            Random random = new Random(7);
            for (int i = 0; i < (SOAK ? 1_000_000 : 400); i++) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.setSoLinger(true, 0);
                    OutputStream out = socket.getOutputStream();
                    out.write(noise(random));
                    out.flush();
                } catch (IOException refused) {
                    assertThat(refused).as("the node has closed it").isNotNull();
                }
            }

            Heard heard = other.hear("/abused/text");
            assertThat(heard.await(1)).isEqualTo(List.of(Map.of("data", "x")));
            assertThat(other.call("/abused/service", true)).isEqualTo(Map.of("success", true, "message", ""));
        }
    }

    /** More than there may be connections at once, each refused while the rest of what it sent is still there. */
    @Test
    void whoBreaksOffIsForgotten() throws IOException {
        try (Peer peer = new Peer("forgetful", ros.uri()).connected(); Peer other = new Peer("other", ros.uri()).connected()) {
            peer.latch("/forgetful/text", "std_msgs/String", "x");
            Peer.done(peer.link.serve(Name.of("/forgetful/service"), "std_srvs/SetBoolRequest", "",
                    request -> CompletableFuture.completedStage(peer.message("/x", "", Map.of("success", true)))).ready());
            Ros.Peer where = ros.run("rosservice", "uri", "/forgetful/service");
            int port = Integer.parseInt(where.awaitLine("rosrpc://127.0.0.1:").replaceAll(".*:", "").strip());
            for (int i = 0; i < 2100; i++) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.setSoTimeout((int) Peer.SOON.toMillis());
                    socket.getOutputStream().write(new byte[] {0, 0, 0, 127, 1});
                    assertThat(socket.getInputStream().read()).isNegative();
                } catch (SocketException reset) {
                    assertThat(reset).hasMessageContaining("reset");
                }
            }

            assertThat(other.hear("/forgetful/text").await(1)).isEqualTo(List.of(Map.of("data", "x")));
        }
    }

    private static byte[] noise(Random random) {
        Map<String, String> header = new HashMap<>(Map.of("callerid", "/noise", "md5sum", random.nextBoolean() ? "*" : "x",
                "persistent", "1"));
        header.put(random.nextBoolean() ? "topic" : "service", random.nextBoolean() ? "/abused/text" : "/abused/service");
        if (random.nextBoolean()) {
            header.put(Meta.FIELD, Meta.VERSION);
        }
        ByteBuf frame = Header.encode(UnpooledByteBufAllocator.DEFAULT, header);
        byte[] tail = new byte[random.nextInt(200)];
        random.nextBytes(tail);
        if (tail.length > 4 && random.nextBoolean()) {
            tail[1] = tail[2] = tail[3] = 0; // a length that can be
        }
        frame.writeBytes(tail);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        frame.release();
        for (int change = random.nextInt(4); change > 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** No thread is left after restarts, and no name at the master. */
    @Test
    void nothingIsLeftOfANodeThatWas() {
        for (int i = 0; i < (SOAK ? 100 : 10); i++) {
            try (Peer peer = new Peer("again", ros.uri()).connected()) {
                peer.latch("/again/text", "std_msgs/String", "x");
                assertThat(peer.hear("/again/text").await(1)).hasSize(1);
                Peer.done(peer.link.serve(Name.of("/again/service"), "std_srvs/TriggerRequest", "",
                        request -> CompletableFuture.completedStage(peer.message("/x", "", Map.of()))).ready());
            }
        }

        Awaitility.await().atMost(Peer.SOON).until(() -> threads("anole-ros1") == 0);
        assertThat(ros.tool("rosnode", "list")).doesNotContain("/anole_again");
        assertThat(ros.tool("rosservice", "list")).doesNotContain("/again");
    }
}
