package io.anole.benchmarks.peers.internal;

import static io.anole.benchmarks.peers.internal.LineBench.TRIP;
import static io.anole.benchmarks.peers.internal.LineBench.rate;

import java.util.List;

/**
 * Messages per second and round trips between two processes through a third: the TCP router over TCP and over a Unix domain
 * socket (RELIABLE, acknowledged end to end), NATS, Mosquitto, and a relay that only copies bytes.
 */
public final class TcpBench {
    private static final List<String> ALL = List.of("anole-tcp", "anole-unix", "raw-tcp", "raw-unix", "nats", "mosquitto-qos0",
            "mosquitto-qos1");

    private TcpBench() {
    }

    public static void main(String[] args) throws Exception {
        new LineBench("tcp", 100, 1024, 65_536).main(args, ALL, TcpBench::judge);
    }

    private static void judge(Figures figures) {
        figures.atLeast(rate(100), 3, "anole-tcp", "nats");
        figures.atLeast(rate(1024), 3, "anole-tcp", "nats");
        figures.atLeast(rate(65_536), 2, "anole-tcp", "nats");
        figures.atMost(TRIP, 0.6, "anole-tcp", "nats");
        figures.atMost(TRIP, 1.5, "anole-tcp", "raw-tcp");
        List.of(100, 1024, 65_536).forEach(size -> figures.atLeast(rate(size), 1, "anole-unix", "anole-tcp"));
        figures.atMost(TRIP, 1, "anole-unix", "anole-tcp");
    }
}
