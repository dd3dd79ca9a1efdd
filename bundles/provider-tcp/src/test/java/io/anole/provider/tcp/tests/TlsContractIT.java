package io.anole.provider.tcp.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Line;
import io.anole.testkit.TcpLine;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.ProviderContract;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The provider contract over TLS, both sides with a certificate. */
class TlsContractIT extends ProviderContract {
    private Path directory;
    private int port;
    private TcpRouter router;

    @Override
    protected String provider() {
        return "tcp";
    }

    @Override
    protected void startSystem() throws Exception {
        directory = Files.createTempDirectory("tls");
        Files.writeString(directory.resolve("ext"), "subjectAltName=IP:127.0.0.1");
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=ca");
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=own");
        openssl("x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "own.pem", "-days", "2",
                "-extfile", "ext");
        port = FreePort.next();
        router = new TcpRouter("tls://127.0.0.1:" + port, files());
    }

    private Map<String, String> files() {
        return Map.of("tls.ca", directory.resolve("ca.pem").toString(), "tls.cert", directory.resolve("own.pem").toString(), "tls.key",
                directory.resolve("own.key").toString());
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + out);
        }
    }

    @Override
    protected void stopSystem() throws IOException {
        router.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    @Override
    protected Line line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port), at -> {
            Map<String, Object> properties = new HashMap<>(files());
            properties.put("url", "tls://127.0.0.1:" + at);
            return properties;
        });
    }

    @Override
    protected Optional<Runnable> restart() {
        return Optional.of(router::restart);
    }

    @Override
    protected Duration detection() {
        return Duration.ofSeconds(3);
    }
}
