package io.anole.provider.tcp.tests;

import io.anole.testkit.Line;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.ProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The provider contract over a Unix domain socket. */
class UnixContractIT extends ProviderContract {
    private Path directory;
    private TcpRouter router;

    @Override
    protected String provider() {
        return "tcp";
    }

    @Override
    protected void startSystem() throws IOException {
        directory = Files.createTempDirectory("tcp");
        router = new TcpRouter("unix:" + directory.resolve("router.sock"));
    }

    @Override
    protected void stopSystem() throws IOException {
        router.close();
        Files.deleteIfExists(directory.resolve("router.sock"));
        Files.delete(directory);
    }

    @Override
    protected Line line() {
        return Line.unbreakable(Map.of("url", "unix:" + directory.resolve("router.sock")));
    }
}
