package io.anole.ros1.xmlrpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.MalformedException;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import io.anole.testkit.Jazzer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Broken documents and requests, made from good ones: each is read or refused, and nothing else happens. */
class FuzzTest {
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final Limits LIMITS = DocumentTest.SMALL;
    private static final long SEED = 20_261_121;
    private static final String[] PIECES = {"<value>", "</value>", "<array><data>", "</data></array>", "<struct>", "<member>",
        "<name>", "<i4>", "</i4>", "<", ">", "&", "&lt;", "&#x0;", "&#xD800;", "<![CDATA[", "]]>", "<!--", "-->", "<?x", "?>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "\u0000", "<string>", "<x:y xmlns:x='z'/>", " a='b'", "99999999999", "-", "\r\n",
        "Content-Length: ", "Transfer-Encoding: chunked\r\n", "HTTP/1.0", "0\r\n\r\n", "Connection: close\r\n"};

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bytes = good;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(bytes.length + 1);
            int to = at + random.nextInt(bytes.length - at + 1);
            byte[] piece = switch (random.nextInt(5)) {
                case 0 -> PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
                case 1 -> new byte[] {(byte) random.nextInt(256)};
                case 2 -> new byte[0];
                case 3 -> Arrays.copyOfRange(bytes, at, to);
                default -> Arrays.copyOfRange(good, 0, random.nextInt(good.length));
            };
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, 0, at);
            out.writeBytes(piece);
            int rest = random.nextBoolean() ? at : Math.min(bytes.length, at + random.nextInt(8));
            out.write(bytes, rest, bytes.length - rest);
            bytes = out.size() < 20_000 ? out.toByteArray() : good;
        }
        return bytes;
    }

    @Test
    void broken_documents() {
        Reader reader = new Reader(LIMITS);
        List<byte[]> calls = List.of(Writer.call("registerPublisher", List.of("/talker", "/chatter", "std_msgs/String",
                "http://127.0.0.1:4000/"), LIMITS), Writer.call("setParam", List.of("/me", "/a", Map.of("x", List.of(1, 2.5, true),
                        "y", new byte[] {1, 2, 3})), LIMITS));
        byte[] response = Writer.response(List.of(1, "ok", List.of(List.of("/a", List.of("/b")))), LIMITS);
        Random random = new Random(SEED);
        int cases = SOAK ? 1_000_000 : 30_000;
        int read = 0;
        for (int i = 0; i < cases; i++) {
            try {
                if (i % 3 == 2) {
                    reader.response(mutate(response, random));
                } else {
                    reader.call(mutate(calls.get(i % 3), random));
                }
                read++;
            } catch (MalformedException e) {
                assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("Exception");
            } catch (FaultException e) {
                read++;
            }
        }
        assertThat(read).isBetween(1, cases / 2);
    }

    /** 1,000,000 documents, guided by the branches they reach. */
    @Test
    @Timeout(1200)
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true", disabledReason = "only with --soak")
    void jazzer_finds_nothing(@TempDir Path directory) throws Exception {
        int tried = Jazzer.run(DocumentFuzz.class, DocumentFuzz.seeds(), 1_000_000, directory);

        LOG.info("DocumentFuzz: Jazzer tried {} inputs", tried);
        assertThat(tried).isGreaterThanOrEqualTo(1_000_000);
    }

    /** Its seeds are as they should be: each is read, and written again as it was. */
    @Test
    void the_seeds_are_read() {
        assertThat(DocumentFuzz.seeds()).allMatch(DocumentFuzz::read);
    }

    /** Through the socket: whatever comes, the next caller is served, and nothing is left of it. */
    @Test
    void broken_requests() throws Exception {
        Limits limits = new Limits(4096, 1 << 20, 1024, 4, 50, 200, Duration.ofMillis(200), Duration.ofSeconds(20));
        Random random = new Random(SEED);
        try (Network network = new Network(limits)) {
            XmlRpcServer server = network.serve(ServerOptions.of("fuzzed", new InetSocketAddress(InetAddress.getLoopbackAddress(),
                    0)), (method, params) -> 1);
            String uri = "http://127.0.0.1:" + server.address().getPort() + "/";
            byte[] document = Writer.call("getPid", List.of("/me"), limits);
            byte[] request = ("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: " + document.length
                    + "\r\n\r\n" + new String(document, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            int cases = SOAK ? 100_000 : 1_000;
            for (int i = 0; i < cases; i++) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
                    socket.getOutputStream().write(mutate(request, random));
                    if (random.nextInt(4) == 0) {
                        socket.shutdownOutput();
                        socket.setSoTimeout(20_000);
                        socket.getInputStream().readAllBytes();
                    }
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("Broken pipe|Connection reset( by peer)?");
                }
            }
            assertThat(network.client(uri, ClientOptions.DEFAULT).call("getPid", List.of("/me")).get(20, TimeUnit.SECONDS))
                    .isEqualTo(1);
            await().atMost(Duration.ofSeconds(20)).until(() -> server.counters().connections() == 1);
            await().atMost(Duration.ofSeconds(20)).until(() -> network.memory().used() == 0);
            assertThat(server.counters().malformed()).isPositive();
            assertThat(server.counters().calls()).isPositive();
        }
    }
}
