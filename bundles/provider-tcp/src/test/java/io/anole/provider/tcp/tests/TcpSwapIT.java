package io.anole.provider.tcp.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.SwapContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Between the JVM, a router over TCP, another over a Unix domain socket, and one of its own, which stays where it is. */
class TcpSwapIT extends SwapContract {
    private static final int RATE = 4000;
    private Path directory;
    private int port;
    private int own;
    private TcpRouter one;
    private TcpRouter other;

    @Override
    protected void startSystems() throws IOException {
        port = FreePort.next();
        own = FreePort.next();
        directory = Files.createTempDirectory("tcp");
        one = new TcpRouter("tcp://127.0.0.1:" + port);
        other = new TcpRouter("unix:" + directory.resolve("router.sock"));
    }

    @Override
    protected void stopSystems() throws IOException {
        one.close();
        other.close();
        Files.deleteIfExists(directory.resolve("router.sock"));
        Files.delete(directory);
    }

    @Override
    protected List<Place> places() {
        return List.of(Place.LOCAL, place("a router", "tcp://127.0.0.1:" + port),
                place("a router in the file system", "unix:" + directory.resolve("router.sock")),
                new Place("its own router", "tcp", Map.of("mode", "router", "listen", "tcp://127.0.0.1:" + own), RATE));
    }

    private static Place place(String name, String url) {
        return new Place(name, "tcp", Map.of("url", url), RATE);
    }
}
