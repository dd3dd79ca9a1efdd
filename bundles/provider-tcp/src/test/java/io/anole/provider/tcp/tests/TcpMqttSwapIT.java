package io.anole.provider.tcp.tests;

import io.anole.testkit.contract.SwapContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Between a router and a real Mosquitto (Debian package mosquitto). */
class TcpMqttSwapIT extends SwapContract {
    private static final int RATE = 4000;
    private Path directory;
    private int port;
    private Routers router;
    private int brokerPort;
    private Process broker;

    @Override
    protected void startSystems() throws IOException {
        port = Routers.freePort();
        router = new Routers("tcp://127.0.0.1:" + port);
        directory = Files.createTempDirectory("mosquitto");
        brokerPort = Routers.freePort();
        Path configuration = Files.write(directory.resolve("mosquitto.conf"), List.of("listener " + brokerPort + " 127.0.0.1",
                "allow_anonymous true", "max_queued_messages 0", "set_tcp_nodelay true", "user " + System.getProperty("user.name")));
        Path daemon = Path.of("/usr/sbin/mosquitto");
        broker = new ProcessBuilder(Files.isExecutable(daemon) ? daemon.toString() : "mosquitto", "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("mosquitto.log").toFile()).start();
        Awaitility.await("Mosquitto listens").atMost(Duration.ofSeconds(20)).until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    protected void stopSystems() throws IOException {
        router.close();
        broker.destroyForcibly();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    @Override
    protected List<Place> places() {
        return List.of(new Place("a router", "tcp", Map.of("url", "tcp://127.0.0.1:" + port), RATE),
                new Place("mosquitto", "mqtt", Map.of("url", "tcp://127.0.0.1:" + brokerPort), RATE));
    }
}
