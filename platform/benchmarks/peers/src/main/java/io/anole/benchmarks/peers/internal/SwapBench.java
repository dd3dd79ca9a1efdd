package io.anole.benchmarks.peers.internal;

import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.SwapReport;
import io.anole.bus.provider.BusProvider;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import io.anole.provider.mqtt.internal.MqttProvider;
import io.anole.testkit.contract.Flood;
import io.anole.testkit.contract.Stalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How long publishers are held back while a bus is moved, under a steady load whose every message is checked. A Mosquitto is
 * started for it; through that the load is half of what the bare Paho client sustains on it.
 */
public final class SwapBench {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LOCAL_RATE = 20_000;

    private final int swaps;

    private SwapBench(int swaps) {
        this.swaps = swaps;
    }

    private record Place(String kind, BusProvider provider, Map<String, Object> properties) {
    }

    public static void main(String[] args) throws Exception {
        int swaps = 100;
        if (args.length == 1 && args[0].equals("--quick")) {
            swaps = 20;
        } else if (args.length > 0) {
            System.err.println("bench: unknown option '" + args[0] + "'; there is --quick");
            System.exit(2);
        }
        try (Mosquitto broker = new Mosquitto()) {
            new SwapBench(swaps).run(broker);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private void run(Mosquitto broker) throws Exception {
        int bare = broker.bareRate();
        System.out.println("{\"bench\":\"swap\",\"what\":\"bare Paho, QoS 1\",\"rate\":" + bare + "}");
        Place local = new Place("local", new LocalProvider(), Map.of());
        Place mqtt = new Place("mqtt", new MqttProvider(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT)),
                Map.of("url", broker.url()));
        measure(local, local, LOCAL_RATE);
        measure(local, mqtt, bare / 2);
        measure(mqtt, mqtt, bare / 2);
    }

    private void measure(Place one, Place other, int rate) throws Exception {
        Stalls there = new Stalls();
        Stalls back = new Stalls();
        long sent;
        try (Hub hub = new Hub(HubConfig.of("bench", "bench-" + one.kind + "-" + other.kind, one.kind), new RecordShapes())) {
            hub.open(one.provider, one.kind, one.properties);
            ParticipantBus bus = hub.view("bench", null);
            try (Flood flood = new Flood(bus, rate, PATIENCE)) {
                // There and back once to warm up, which is not counted.
                for (int i = -2; i < 2 * swaps; i++) {
                    Place to = i % 2 == 0 ? other : one;
                    flood.awaitProgress();
                    flood.longestStall();
                    SwapReport report = hub.swap(to.provider, to.kind, to.properties, "bench");
                    if (report.outcome() != Outcome.DONE || report.lost() > 0) {
                        throw new IOException("a swap went wrong: " + report);
                    }
                    flood.awaitProgress();
                    if (i >= 0) {
                        (i % 2 == 0 ? there : back).add(flood.longestStall());
                    }
                }
                flood.end();
                sent = flood.sent();
            }
        }
        tell(one.kind, other.kind, rate, sent, there);
        tell(other.kind, one.kind, rate, sent, back);
    }

    /** The flood has thrown if anything was lost, doubled or out of order. */
    private void tell(String from, String to, int rate, long sent, Stalls stalls) {
        System.out.printf(Locale.ROOT, "{\"bench\":\"swap\",\"from\":\"%s\",\"to\":\"%s\",\"swaps\":%d,\"rate\":%d,\"messages\":%d,"
                + "\"lost\":0,\"doubled\":0,\"reordered\":0,\"stall_p50_ms\":%.2f,\"stall_p99_ms\":%.2f,\"stall_max_ms\":%.2f}%n",
                from, to, swaps, rate, sent, stalls.millis(0.5), stalls.millis(0.99), stalls.millis(1));
    }
}
