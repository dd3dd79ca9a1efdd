package io.anole.provider.tcp.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Line;
import io.anole.testkit.TcpLine;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.ProviderContract;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The provider contract over TCP, through lines that can be cut, with a router that can be restarted. */
class TcpContractIT extends ProviderContract {
    private int port;
    private TcpRouter router;

    @Override
    protected String provider() {
        return "tcp";
    }

    @Override
    protected void startSystem() {
        port = FreePort.next();
        router = new TcpRouter("tcp://127.0.0.1:" + port);
    }

    @Override
    protected void stopSystem() {
        router.close();
    }

    @Override
    protected Line line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port), at -> Map.of("url", "tcp://127.0.0.1:" + at));
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
