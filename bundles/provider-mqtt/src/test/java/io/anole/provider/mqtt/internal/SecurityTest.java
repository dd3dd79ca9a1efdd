package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.testkit.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with client certificates, passwords, and what is said when they are wrong. */
class SecurityTest {
    @TempDir
    Path directory;

    @Test
    void tlsWithClientCertificates() throws Exception {
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                "-subj", "/CN=test ca");
        certificate("server", "subjectAltName=IP:127.0.0.1");
        certificate("client", "subjectAltName=DNS:client");
        try (Mosquitto broker = new Mosquitto(directory, "cafile " + directory.resolve("ca.pem"), "certfile "
                + directory.resolve("server.pem"), "keyfile " + directory.resolve("server.key"), "require_certificate true")) {
            String url = "ssl://127.0.0.1:" + broker.port();
            String ca = directory.resolve("ca.pem").toString();
            try (Peer peer = new Peer("r1", url, "tls.ca", ca, "tls.cert", directory.resolve("client.pem").toString(),
                    "tls.key", directory.resolve("client.key").toString()).connected()) {
                Peer.Heard heard = peer.hear("/secret");
                peer.publish("/secret", 1);
                heard.await(1);
            }
            try (Peer stranger = new Peer("r2", url, "tls.cert", directory.resolve("client.pem").toString(), "tls.key",
                    directory.resolve("client.key").toString())) {
                assertThat(firstReason(stranger)).startsWith("can't connect to " + url + ": ").contains("certification path");
            }
            try (Peer anonymous = new Peer("r3", url, "tls.ca", ca)) {
                assertThat(firstReason(anonymous)).startsWith("can't connect to " + url + ": ");
                assertThat(anonymous.isUp()).isFalse();
            }
        }
    }

    @Test
    void aWrongPasswordIsOneClearLine() throws Exception {
        Path passwords = directory.resolve("passwords");
        run(List.of("mosquitto_passwd", "-b", "-c", passwords.toString(), "robot", "right"));
        try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous false", "password_file " + passwords)) {
            Path file = Files.writeString(directory.resolve("secret"), "right\n");
            try (Peer right = new Peer("r1", broker.url(), "username", "robot", "password.file", file.toString()).connected();
                    Peer wrong = new Peer("r2", broker.url(), "username", "robot", "password", "wrong")) {
                assertThat(firstReason(wrong)).isEqualTo("can't connect to " + broker.url() + ": not authorized");
                assertThat(right.isUp()).isTrue();
                assertThat(wrong.downs).as("told once, though tried again").hasSize(1);
            }
        }
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        Path notKey = Files.writeString(directory.resolve("x.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
        refused("bus 'main': url: 'http://x' is no broker address; write tcp://host:port or ssl://host:port", "http://x");
        for (String port : new String[] {"70447", "99999999999", "0"}) {
            refused("bus 'main': url: 'tcp://x:" + port + "': a port is 1 to 65535", "tcp://x:" + port);
        }
        refused("bus 'main': codec: 'xml' is neither json nor cbor", "tcp://x", "codec", "xml");
        refused("bus 'main': keep.alive.s: 'often' is not a whole number", "tcp://x", "keep.alive.s", "often");
        refused("bus 'main': max.payload: 1 is not within 64 and 268435456", "tcp://x", "max.payload", 1);
        refused("bus 'main': tls.ca: needs a url that begins with ssl://", "tcp://x", "tls.ca", "x");
        refused("bus 'main': tls.key: is missing; tls.cert and tls.key belong together", "ssl://x", "tls.cert", "x");
        refused("bus 'main': tls.key: '" + notKey + "' holds no unencrypted PKCS#8 key in PEM form; convert it with openssl"
                + " pkcs8 -topk8 -nocrypt", "ssl://x", "tls.cert", "x", "tls.key", notKey.toString());
        assertThatThrownBy(() -> new Peer("r1", "tcp://x", "keep.alive", 3)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': keep.alive: is no setting of the mqtt provider; there are [");
        assertThatThrownBy(() -> new Peer("r1", "tcp://x", "urll", "tcp://y")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': urll: is no setting of the mqtt provider; there are [");
    }

    private static void refused(String message, String url, Object... settings) {
        assertThatThrownBy(() -> new Peer("r1", url, settings)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static String firstReason(Peer peer) {
        Awaitility.await().atMost(Peer.SOON).until(() -> !peer.downs.isEmpty());
        return peer.downs.get(0);
    }

    private void certificate(String name, String extension) throws Exception {
        Path extensions = Files.writeString(directory.resolve(name + ".ext"), extension);
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj",
                "/CN=" + name);
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                name + ".pem", "-days", "2", "-extfile", extensions.toString());
    }

    private void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        run(command);
    }

    private void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, out).isZero();
    }
}
