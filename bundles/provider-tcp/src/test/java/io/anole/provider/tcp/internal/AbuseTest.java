package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.FreePort;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that break the protocol are told why and cut off, and nobody else notices (B-PS-1, B-PS-11). */
@Timeout(120)
class AbuseTest {
    private static final int MUTATIONS = Boolean.getBoolean("anole.soak") ? 1_000_000 : 100_000;
    private static final Name TOPIC = Name.of("/witness");

    private int port;
    private Node router;
    private Node witness;
    private List<Long> heard;
    private Outlet outlet;

    @BeforeEach
    void start() {
        port = FreePort.next();
        // Not the shortest: the witness shall not be taken for dead where this machine halts for a second.
        router = Node.router("tcp://127.0.0.1:" + port, "heartbeat.ms", 1000, "return.ms", 0, "max.payload", 100_000);
        witness = new Node("witness", "url", "tcp://127.0.0.1:" + port, "max.payload", 100_000).connected();
        heard = witness.hear("/witness");
        outlet = witness.link.advertise(TOPIC, "", Qos.DEFAULT);
    }

    @AfterEach
    void othersAreUnharmed() {
        int before = heard.size();
        Node.done(outlet.publish(witness.message(TOPIC, "after", Duration.ZERO)));
        Node.patiently().until(() -> heard.size() == before + 1);
        assertThat(witness.downs).isEmpty();
        witness.close();
        router.close();
    }

    private static void hello(Out out) {
        out.hello(SessionId.NONE, 0, "bad", "main", "", -1);
    }

    static Stream<Arguments> offenders() {
        byte[] wrongVersion = RawClient.frames(AbuseTest::hello);
        wrongVersion[10] = 9;
        return Stream.of(
                Arguments.of("HTTP", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "bytes; 1 to "),
                Arguments.of("no HELLO", RawClient.frames(out -> out.serve(1, "/a")), "first frame must be HELLO"),
                Arguments.of("another version", wrongVersion, "version 9"),
                Arguments.of("oversized", new byte[] {0x7F, 0, 0, 0, 1}, "a frame of 2130706432 bytes"),
                Arguments.of("empty frame", new byte[] {0, 0, 0, 0}, "a frame of 0 bytes"),
                Arguments.of("truncated", new byte[] {0, 0, 0, 2, 1, 0x41}, "ends early"),
                Arguments.of("unknown type", RawClient.frames(out -> {
                    hello(out);
                    out.ranges((byte) 99, new Ranges());
                }), "ends early"),
                Arguments.of("no name", RawClient.frames(out -> {
                    hello(out);
                    out.serve(1, "/a//b");
                }), "empty segment"),
                Arguments.of("two of one number", RawClient.frames(out -> {
                    hello(out);
                    out.serve(1, "/a");
                    out.serve(1, "/b");
                }), "number 1 is in use"),
                Arguments.of("many, but none", RawClient.frames(out -> {
                    hello(out);
                    out.publishMany(1, new byte[60], 60);
                }), "0 messages together"),
                Arguments.of("silence", new byte[0], "did not say HELLO"),
                Arguments.of("silence after HELLO", RawClient.frames(AbuseTest::hello), "nothing came"),
                Arguments.of("a frame that never ends", new byte[] {0, 0, 1, 0, 1}, "did not say HELLO"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offenders")
    void anOffenderIsToldWhy(String what, byte[] bytes, String why) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(bytes);
            assertThat(bye(new DataInputStream(socket.getInputStream()))).contains(why);
        }
    }

    /** What BYE says; the connection ends after it. */
    private static String bye(DataInputStream in) throws IOException {
        String said = "";
        try {
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                if (frame[0] == Frame.BYE) {
                    said = new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8);
                }
            }
        } catch (EOFException | SocketException over) {
            return said;
        }
    }

    // a slow loris: byte by byte is no sign of life
    @Test
    void whoSendsByteByByteIsCutOff() throws Exception {
        // Long enough that it is never said.
        byte[] hello = RawClient.frames(out -> out.hello(SessionId.NONE, 0, "bad", "main", "x".repeat(100), -1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(100);
            long begun = System.nanoTime();
            int sent = 0;
            int came = 0;
            while (came >= 0 && sent < hello.length - 1) {
                socket.getOutputStream().write(hello, sent++, 1);
                try {
                    came = socket.getInputStream().read();
                    break;
                } catch (SocketTimeoutException silence) {
                    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
                }
            }
            assertThat(sent).isLessThan(hello.length - 1);
        }
    }

    // frames that were right and had some of their bytes changed, one after the other into the same connection
    @Test
    void mutatedFramesHarmNobody() throws IOException {
        Random random = new Random(42);
        List<byte[]> seeds = ProtocolDocumentTest.examples().values().stream().map(RawClient::frames).toList();
        byte[] hello = RawClient.frames(AbuseTest::hello);
        int done = 0;
        while (done < MUTATIONS) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write(hello);
                for (int i = 0; i < 200; i++) {
                    byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
                    // The length stays right most of the time, or nothing but lengths would be tested.
                    int from = random.nextInt(20) == 0 ? 0 : 4;
                    for (int n = random.nextInt(3); n >= 0; n--) {
                        frame[from + random.nextInt(frame.length - from)] = (byte) random.nextInt();
                    }
                    done++;
                    socket.getOutputStream().write(frame);
                }
            } catch (SocketException cutOff) {
                continue;
            }
        }
        assertThat(done).isGreaterThanOrEqualTo(MUTATIONS);
    }
}
