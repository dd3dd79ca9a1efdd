package io.anole.benchmarks.peers.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Messages per second and round trips between two processes through a third: the TCP router over TCP and over a Unix domain
 * socket, and a relay that only copies bytes. Each process is a JVM of its own; what counts is what has arrived after the
 * first second.
 */
public final class TcpBench {
    private static final int WARM_UP = 101;
    /** The first only warms up. */
    private static final int[] SIZES = {WARM_UP, 100, 1024, 65_536};
    private static final int PINGS = 4_000;
    private static final int END = 1;

    private TcpBench() {
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 1) {
            child(args);
            return;
        }
        int seconds = 5;
        if (args.length == 1 && args[0].equals("--quick")) {
            seconds = 2;
        } else if (args.length == 1) {
            System.err.println("bench: unknown option '" + args[0] + "'; there is --quick");
            System.exit(2);
        }
        Path directory = Files.createTempDirectory("bench");
        measure("anole-tcp", "tcp://127.0.0.1:" + freePort(), seconds);
        measure("anole-unix", "unix:" + directory.resolve("router.sock"), seconds);
        measure("raw-relay", String.valueOf(freePort()), seconds);
        System.exit(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void measure(String what, String where, int seconds) throws Exception {
        List<Process> all = new ArrayList<>();
        try {
            all.add(start(what, "router", where, seconds));
            said(all.get(0));
            Process hearer = start(what, "hear", where, seconds);
            all.add(hearer);
            said(hearer);
            Process sender = start(what, "send", where, seconds);
            all.add(sender);
            String trips = said(sender);
            String rates = said(hearer);
            System.out.println("{\"bench\":\"tcp\",\"candidate\":\"" + what + "\"," + trips + "," + rates + "}");
        } finally {
            all.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(String what, String role, String where, int seconds) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider", "-cp", System.getProperty("java.class.path"),
                TcpBench.class.getName(), what, role, where, String.valueOf(seconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String said(Process process) throws IOException {
        String line = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        if (line == null) {
            throw new IOException("a process of the benchmark ended without a word");
        }
        return line;
    }

    private static void child(String[] args) throws Exception {
        String what = args[0];
        String where = args[2];
        switch (args[1]) {
            case "router" -> route(what, where);
            case "hear" -> hear(open(what, "hear", where));
            default -> send(open(what, "send", where), Integer.parseInt(args[3]));
        }
        System.exit(0);
    }

    private static RouterLine open(String what, String role, String where) throws Exception {
        return what.equals("raw-relay") ? new RawLine(Integer.parseInt(where)) : new AnoleLine(role, Map.of("url", where));
    }

    private static void route(String what, String where) throws Exception {
        if (what.equals("raw-relay")) {
            System.out.println("ready");
            RawLine.relay(Integer.parseInt(where));
            return;
        }
        try (RouterLine line = new AnoleLine("router", Map.of("mode", "router", "listen", where))) {
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    /** What came of one size. */
    private static final class Arrivals {
        private long first;
        private long last;
        private long count;

        void add() {
            long now = System.nanoTime();
            if (first == 0) {
                first = now + TimeUnit.SECONDS.toNanos(1);
            } else if (now > first) {
                count++;
                last = now;
            }
        }

        long rate() {
            return count < 2 ? 0 : (long) (count * 1e9 / (last - first));
        }
    }

    private static void hear(RouterLine line) throws Exception {
        Map<Integer, Arrivals> arrivals = new TreeMap<>();
        CountDownLatch over = new CountDownLatch(1);
        line.hear("ping", body -> {
            try {
                line.send("pong", body);
                line.flush();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        line.hear("flood", body -> {
            if (body.length == END) {
                over.countDown();
            } else {
                arrivals.computeIfAbsent(body.length, size -> new Arrivals()).add();
            }
        });
        System.out.println("ready");
        over.await();
        arrivals.remove(WARM_UP);
        List<String> rates = new ArrayList<>();
        arrivals.forEach((size, one) -> rates.add("\"rate_" + size + "\":" + one.rate()));
        System.out.println(String.join(",", rates));
    }

    private static void send(RouterLine line, int seconds) throws Exception {
        SynchronousQueue<byte[]> pongs = new SynchronousQueue<>();
        line.hear("pong", body -> {
            try {
                pongs.put(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        long[] trips = new long[PINGS];
        for (int i = -PINGS / 2; i < PINGS; i++) {
            long begin = System.nanoTime();
            line.send("ping", new byte[100]);
            line.flush();
            pongs.take();
            if (i >= 0) {
                trips[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(trips);
        System.out.printf(Locale.ROOT, "\"round_trip_p50_us\":%.0f,\"round_trip_p99_us\":%.0f%n", trips[PINGS / 2] / 1e3,
                trips[PINGS * 99 / 100] / 1e3);
        for (int size : SIZES) {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(seconds + 1L)) {
                for (int i = 0; i < 16; i++) {
                    line.send("flood", new byte[size]);
                }
            }
        }
        line.send("flood", new byte[END]);
        line.flush();
        Thread.currentThread().join();
    }
}
