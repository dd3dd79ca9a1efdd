package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages per second, round trips and calls of services between two nodes of ROS 1: Anole's, rospy's and roscpp's, with one
 * rosmaster. Publishers stay within a window that the subscriber keeps open, so that nothing may be lost whatever the queues
 * are; that nothing was lost is checked. Rounds take turns, so that what else the machine does meets all of them.
 */
public final class RosBench {
    private static final List<String> KINDS = List.of("anole", "rospy", "roscpp");
    private static final List<String> MIXED = List.of("anole-to-roscpp", "roscpp-to-anole", "anole-to-rospy", "rospy-to-anole");
    private static final int WARM_UPS = 4;

    private final Map<String, List<String>> commands = new LinkedHashMap<>();
    private final Figures figures = new Figures("ros1");
    private final boolean callsOnly;
    private long counted;

    private RosBench(boolean callsOnly) {
        this.callsOnly = callsOnly;
    }

    public static void main(String[] args) throws Exception {
        List<String> candidates = new ArrayList<>();
        boolean quick = false;
        boolean calls = false;
        for (String arg : args) {
            if (arg.equals("--quick")) {
                quick = true;
            } else if (arg.equals("--calls")) {
                calls = true;
            } else if (KINDS.contains(arg) || MIXED.contains(arg)) {
                candidates.add(arg);
            } else {
                System.err.println("bench: unknown option '" + arg + "'; there are --quick, --calls, and the candidates " + KINDS + " and "
                        + MIXED);
                System.exit(2);
            }
        }
        try {
            new RosBench(calls).run(candidates.isEmpty() ? KINDS : candidates, quick ? 3 : 7, quick ? 200 : 400);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private void run(List<String> wanted, int rounds, long millis) throws Exception {
        commands.put("anole", Jvm.command(RosNode.class));
        Path directory = Path.of(System.getProperty("anole.bench.directory", System.getProperty("java.io.tmpdir")));
        Files.createDirectories(directory);
        findRospy(directory);
        findRoscpp(directory);
        try (Broker master = Broker.rosmaster()) {
            List<RosPair> pairs = new ArrayList<>();
            try {
                for (String candidate : wanted) {
                    if (commands.keySet().containsAll(List.of(candidate.split("-to-")))) {
                        pairs.add(new RosPair(candidate, commands, master.url()));
                    }
                }
                for (RosPair pair : pairs) {
                    for (int i = 0; i < WARM_UPS; i++) {
                        round(pair, millis, new Figures("warm-up"));
                    }
                }
                counted = 0;
                for (int i = 0; i < rounds; i++) {
                    for (RosPair pair : pairs) {
                        round(pair, millis, figures);
                    }
                }
            } finally {
                pairs.forEach(RosPair::close);
            }
        }
        figures.report();
        if (!callsOnly) {
            System.out.println("{\"benchmark\":\"ros1\",\"figure\":\"lost\",\"messages\":" + counted + ",\"lost\":0}");
        }
        judge();
    }

    private static Path copy(String resource, Path directory) throws IOException {
        Path file = directory.resolve(resource);
        try (InputStream in = RosBench.class.getResourceAsStream(resource)) {
            byte[] bytes = in.readAllBytes();
            if (!Files.exists(file) || !Arrays.equals(bytes, Files.readAllBytes(file))) {
                Files.write(file, bytes);
            }
        }
        return file;
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void findRospy(Path directory) throws IOException, InterruptedException {
        String python = "/usr/bin/python3";
        if (succeeds(python, "-c", "import rospy, geometry_msgs.msg, sensor_msgs.msg, std_srvs.srv")) {
            commands.put("rospy", List.of(python, copy("rosnode.py", directory).toString()));
        } else {
            System.err.println("bench: rospy is left out; as root: apt-get install python3-rospy python3-geometry-msgs "
                    + "python3-sensor-msgs python3-std-srvs");
        }
    }

    /** Compiles it, once. */
    private void findRoscpp(Path directory) throws IOException, InterruptedException {
        if (!succeeds("pkg-config", "--exists", "roscpp", "std_msgs", "std_srvs", "geometry_msgs", "sensor_msgs")
                || !succeeds("g++", "--version")) {
            System.err.println("bench: roscpp is left out; as root: apt-get install g++ pkg-config libroscpp-dev libstd-msgs-dev "
                    + "libstd-srvs-dev libgeometry-msgs-dev libsensor-msgs-dev");
            return;
        }
        Path source = copy("rosnode.cpp", directory);
        Path program = directory.resolve("rosnode");
        if (!Files.exists(program) || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
            System.err.println("bench: compiling a node of roscpp (once, half a minute) ...");
            int code = new ProcessBuilder("sh", "-c", "g++ -O2 -o \"$1\" \"$2\" $(pkg-config --cflags --libs roscpp) -lpthread", "sh",
                    program.toString(), source.toString()).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("g++ has failed; why is said above");
            }
        }
        commands.put("roscpp", List.of(program.toString()));
    }

    private void round(RosPair pair, long millis, Figures to) throws IOException {
        if (!callsOnly) {
            flood(pair, "text", 20, 512, millis, to);
            flood(pair, "text", 1024, 512, millis, to);
            flood(pair, "twist", 48, 512, millis, to);
            flood(pair, "image", 1 << 20, 8, millis, to);
        }
        for (String what : List.of("ping", "call", "call-once")) {
            double[] trips = pair.trips(what, millis);
            to.add(what + "-p50-us", pair.name, trips[0]);
            to.add(what + "-p99-us", pair.name, trips[1]);
        }
    }

    private void flood(RosPair pair, String topic, int size, int window, long millis, Figures to) throws IOException {
        double[] flood = pair.flood(topic, size, window, millis);
        to.add(topic + "-" + size + "-per-s", pair.name, flood[0]);
        to.add(topic + "-" + size + "-cpu-us", pair.name, flood[1]);
        counted += (long) flood[2];
    }

    private void judge() {
        figures.atLeast("text-20-per-s", 1, "anole", "roscpp");
        figures.atLeast("text-1024-per-s", 1, "anole", "roscpp");
        figures.atLeast("twist-48-per-s", 1, "anole", "roscpp");
        figures.atLeast("image-1048576-per-s", 0.9, "anole", "roscpp");
        figures.atMost("ping-p50-us", 1, "anole", "roscpp");
        figures.atMost("call-p50-us", 1, "anole", "rospy");
        figures.atMost("call-once-p50-us", 0.8, "anole", "roscpp");
    }
}
