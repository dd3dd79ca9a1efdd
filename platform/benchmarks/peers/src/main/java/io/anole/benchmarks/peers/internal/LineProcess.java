package io.anole.benchmarks.peers.internal;

import io.anole.bus.Qos.Reliability;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One process of a candidate: the router, who hears or who sends; it ends with its standard input. How much has arrived is
 * counted in a file that both ends have mapped, so that the same window holds for all and costs the candidate nothing.
 */
final class LineProcess {
    private static final VarHandle COUNT = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int LEAST_WINDOW = 64;
    private static final int MOST_WINDOW = 4096;
    private static final int WINDOW_BYTES = 4 << 20;
    private static final long BOUND = TimeUnit.SECONDS.toNanos(20);
    private static final long NAP = 20_000;
    private static final int PING = 100;

    private final ByteBuffer arrived;

    private LineProcess(Path counter) throws IOException {
        try (FileChannel file = FileChannel.open(counter, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            arrived = file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES).order(ByteOrder.nativeOrder());
        }
    }

    /** The role, the candidate, where its router is, and the file. */
    public static void main(String[] args) throws Exception {
        String role = args[0];
        String candidate = args[1];
        String where = args[2];
        LineProcess process = new LineProcess(Path.of(args[3]));
        switch (role) {
            case "router" -> process.route(candidate, where);
            case "hear" -> process.hear(open(candidate, role, where));
            default -> process.send(open(candidate, role, where));
        }
        System.exit(0);
    }

    private static RouterLine open(String candidate, String role, String where) throws Exception {
        return switch (candidate) {
            case "raw-tcp", "raw-unix" -> new RawLine(where);
            case "nats" -> new NatsLine(where);
            case "mosquitto-qos0", "mosquitto-qos1" -> new PahoLine(role, where, candidate.endsWith("1") ? 1 : 0);
            case "anole-mqtt-qos0" -> AnoleLine.mqtt(role, where, Reliability.BEST_EFFORT);
            case "anole-mqtt-qos1" -> AnoleLine.mqtt(role, where, Reliability.RELIABLE);
            default -> AnoleLine.tcp(role, Map.of("url", where));
        };
    }

    private void route(String candidate, String where) throws Exception {
        if (candidate.startsWith("raw")) {
            RawLine.relay(where, LineProcess::ready);
            return;
        }
        try (RouterLine line = AnoleLine.tcp("router", Map.of("mode", "router", "listen", where))) {
            ready();
            System.in.transferTo(System.out);
        }
    }

    private static void ready() {
        System.out.println("ready");
    }

    private void hear(RouterLine line) throws Exception {
        long[] count = new long[1];
        RouterLine.Sink pong = line.to("pong");
        line.hear("ping", body -> {
            try {
                pong.send(body);
                line.flush();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        line.hear("flood", body -> COUNT.setRelease(arrived, 0, ++count[0]));
        ready();
        System.in.transferTo(System.out);
    }

    private void send(RouterLine line) throws Exception {
        SynchronousQueue<byte[]> pongs = new SynchronousQueue<>();
        line.hear("pong", body -> {
            try {
                pongs.put(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ready();
        RouterLine.Sink ping = line.to("ping");
        RouterLine.Sink flood = line.to("flood");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            long time = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
            System.out.println(words[0].equals("ping") ? ping(line, ping, pongs, time)
                    : flood(line, flood, Integer.parseInt(words[2]), time));
        }
    }

    private static String ping(RouterLine line, RouterLine.Sink to, SynchronousQueue<byte[]> pongs, long time) throws Exception {
        long[] trips = new long[1 << 20];
        int n = 0;
        long begin = System.nanoTime();
        for (long now = begin; now - begin < time && n < trips.length;) {
            to.send(new byte[PING]);
            line.flush();
            if (pongs.poll(BOUND, TimeUnit.NANOSECONDS) == null) {
                throw new TimeoutException("no answer");
            }
            long then = System.nanoTime();
            trips[n++] = then - now;
            now = then;
        }
        Arrays.sort(trips, 0, n);
        return String.format(Locale.ROOT, "%.1f %.1f", trips[n / 2] / 1e3, trips[n * 99 / 100] / 1e3);
    }

    private String flood(RouterLine line, RouterLine.Sink to, int size, long time) throws Exception {
        long window = Math.max(LEAST_WINDOW, Math.min(MOST_WINDOW, WINDOW_BYTES / size));
        byte[] body = new byte[size];
        long before = arrived();
        long sent = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time) {
            for (int i = 0; i < 16; i++) {
                to.send(body);
            }
            sent += 16;
            await(line, before + sent - window + 16);
        }
        await(line, before + sent);
        return String.format(Locale.ROOT, "%.0f %d", sent * 1e9 / (System.nanoTime() - begin), sent);
    }

    private void await(RouterLine line, long count) throws Exception {
        if (arrived() >= count) {
            return;
        }
        line.flush();
        long begin = System.nanoTime();
        while (arrived() < count) {
            LockSupport.parkNanos(NAP);
            if (System.nanoTime() - begin > BOUND) {
                throw new TimeoutException((count - arrived()) + " messages did not arrive");
            }
        }
    }

    private long arrived() {
        return (long) COUNT.getAcquire(arrived, 0);
    }
}
