package io.anole.benchmarks.peers.internal;

import static io.anole.benchmarks.peers.internal.LineBench.TRIP;
import static io.anole.benchmarks.peers.internal.LineBench.rate;

import java.util.List;

/**
 * Messages per second and round trips between two processes through Mosquitto, one broker for each candidate: the MQTT
 * provider behind a bus, and the bare Paho client with TCP_NODELAY.
 */
public final class MqttBench {
    /** What a broker that waits for delayed acknowledgements shows, in us. */
    private static final double DELAYED = 20_000;

    private MqttBench() {
    }

    public static void main(String[] args) throws Exception {
        new LineBench("mqtt", 100, 1024).main(args,
                List.of("anole-mqtt-qos0", "mosquitto-qos0", "anole-mqtt-qos1", "mosquitto-qos1"), MqttBench::judge);
    }

    private static void judge(Figures figures) {
        for (int qos = 0; qos < 2; qos++) {
            String own = "anole-mqtt-qos" + qos;
            String bare = "mosquitto-qos" + qos;
            figures.atLeast(rate(100), 0.9, own, bare);
            figures.atLeast(rate(1024), 0.9, own, bare);
            figures.atMost(TRIP, 1.15, own, bare);
            figures.below(TRIP, DELAYED, own);
        }
    }
}
