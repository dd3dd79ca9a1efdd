package io.anole.provider.mqtt.tests;

import io.anole.testkit.Line;
import io.anole.testkit.Mosquitto;
import io.anole.testkit.TcpLine;
import io.anole.testkit.contract.ProviderContract;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The provider contract over Mosquitto, with its sessions on disk. */
class MosquittoContractIT extends ProviderContract {
    private Mosquitto broker;

    @Override
    protected String provider() {
        return "mqtt";
    }

    @Override
    protected void startSystem() {
        broker = new Mosquitto("max_queued_messages 0", "max_inflight_messages 100");
    }

    @Override
    protected void stopSystem() {
        broker.close();
    }

    @Override
    protected Line line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", broker.port()),
                port -> Map.of("url", "tcp://127.0.0.1:" + port, "keep.alive.s", 2, "will.delay.s", 1));
    }

    @Override
    protected Optional<Runnable> restart() {
        return Optional.of(() -> {
            broker.stop();
            broker.start();
        });
    }

    @Override
    protected Map<String, Object> exclusive() {
        return Map.of("client.id", "only");
    }

    @Override
    protected Duration detection() {
        return Duration.ofSeconds(10);
    }
}
