package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anole.bus.Name;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Topics and services with a node of roscpp, which is compiled first, both ways; with ROS's master, and with Anole's own. */
@EnabledIfSystemProperty(named = "anole.soak", matches = "true", disabledReason = "only with --soak")
class RoscppInteropTest {
    private static final Path SOURCE = Path.of("src/test/resources/roscpp/echo.cpp");

    @TempDir
    private static Path directory;

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        assumeTrue(succeeds("g++", "--version") && succeeds("pkg-config", "--exists", "roscpp", "std_srvs", "sensor_msgs",
                "geometry_msgs", "nav_msgs"), "roscpp is not installed: apt-get install g++ pkg-config libroscpp-dev libstd-msgs-dev libstd-srvs-dev "
                + "libgeometry-msgs-dev libsensor-msgs-dev libnav-msgs-dev");
        Process compiler = new ProcessBuilder("sh", "-c", "g++ -o \"$1\" \"$2\" $(pkg-config --cflags --libs roscpp) -lpthread", "sh",
                directory.resolve("echo").toString(), SOURCE.toString()).inheritIO().start();
        assertThat(compiler.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(compiler.exitValue()).isZero();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void withRossMaster() {
        try (Ros ros = new Ros()) {
            speak(ros);
        }
    }

    @Test
    void withAnolesMaster() {
        try (EmbeddedMaster master = new EmbeddedMaster()) {
            speak(master.ros);
        }
    }

    private static Map<String, Object> point(double x, double y, double z) {
        return Map.of("x", x, "y", y, "z", z);
    }

    /** By topic: type and body. */
    private static Map<String, Map.Entry<String, Object>> bodies() {
        byte[] image = new byte[1 << 20];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) (i * 31);
        }
        Map<String, Object> header = Map.of("stamp", Map.of("secs", 7L, "nsecs", 8L), "frame_id", "base");
        Map<String, Object> pose = Map.of("position", point(1, 2, 3), "orientation", Map.of("x", 0.0, "y", 0.0, "z", 0.0, "w", 1.0));
        Map<String, Map.Entry<String, Object>> all = new LinkedHashMap<>();
        all.put("text", Map.entry("std_msgs/String", Map.of("data", "h\u00e4llo")));
        all.put("twist", Map.entry("geometry_msgs/Twist", Map.of("linear", point(0.25, 0, 0), "angular", point(0, 0, -0.5))));
        all.put("image", Map.entry("sensor_msgs/Image", Map.of("header", header, "height", 1024L, "width", 1024L, "encoding", "mono8",
                "is_bigendian", 0, "step", 1024L, "data", image)));
        all.put("scan", Map.entry("sensor_msgs/LaserScan", Map.of("header", header, "angle_min", -1.5, "angle_max", 1.5,
                "angle_increment", 0.5, "time_increment", 0.0, "scan_time", 0.125, "range_min", 0.0, "range_max", 2.5, "ranges",
                new float[] {0.5f, Float.POSITIVE_INFINITY, -0.25f}, "intensities", new float[0])));
        all.put("poses", Map.entry("geometry_msgs/PoseArray", Map.of("header", header, "poses", List.of(pose, pose))));
        all.put("time", Map.entry("std_msgs/Time", Map.of("data", Map.of("secs", 4294967295L, "nsecs", 999999999L))));
        all.put("span", Map.entry("std_msgs/Duration", Map.of("data", Map.of("secs", -1, "nsecs", 5))));
        double[] covariance = new double[36];
        covariance[35] = 3.5;
        Map<String, Object> twist = Map.of("linear", point(0.25, 0, 0), "angular", point(0, 0, -0.5));
        all.put("odometry", Map.entry("nav_msgs/Odometry", Map.of("header", header, "child_frame_id", "wheels", "pose",
                Map.of("pose", pose, "covariance", covariance), "twist", Map.of("twist", twist, "covariance", new double[36]))));
        return all;
    }

    /** Who publishes it numbers it anew. */
    private static Map<Object, Object> unnumbered(Object body) {
        Map<Object, Object> tree = new LinkedHashMap<>((Map<?, ?>) body);
        tree.computeIfPresent("header", (key, header) -> {
            Map<Object, Object> rest = new LinkedHashMap<>((Map<?, ?>) header);
            rest.remove("seq");
            return rest;
        });
        return tree;
    }

    /** A type that is installed nowhere: what there is to know of it, the node tells. */
    private static void unseen(Peer peer) {
        Heard heard = peer.hear("/cpp/out/thing");
        Map<String, Object> none = Map.of("big", 1L, "names", List.of(), "point", new double[3], "span",
                Map.of("secs", 0, "nsecs", 0));
        assertThat(heard.await(1).get(0)).usingRecursiveComparison().isEqualTo(none);

        Map<String, Object> body = Map.of("big", new BigInteger("18446744073709551615"), "names", List.of("h\u00e4llo", ""), "point",
                new double[] {1, -0.5, 1e300}, "span", Map.of("secs", -1, "nsecs", 5));
        peer.latch("/cpp/in/thing", "seen_msgs/Thing", body);
        assertThat(heard.await(2).get(1)).usingRecursiveComparison().isEqualTo(body);
        assertThat(heard.messages.get(1).type()).isEqualTo("seen_msgs/Thing");
    }

    private static void speak(Ros ros) {
        Ros.Peer node = ros.run(directory.resolve("echo").toString());
        node.awaitLine("READY");
        try (Peer peer = new Peer("c", ros.uri()).connected()) {
            bodies().forEach((topic, body) -> {
                Heard heard = peer.hear("/cpp/out/" + topic);
                peer.latch("/cpp/in/" + topic, body.getKey(), body.getValue());

                assertThat(unnumbered(heard.await(1).get(0))).as(topic).usingRecursiveComparison().isEqualTo(body.getValue());
                assertThat(heard.messages.get(0).source()).isEqualTo("cpp");
            });
            unseen(peer);
            Peer.done(peer.link.serve(Name.of("/here/trigger"), "std_srvs/TriggerRequest", "",
                    request -> CompletableFuture.completedStage(peer.message("/x", "", Map.of("success", true, "message", "hi"))))
                    .ready());
            assertThat(peer.call("/cpp/set", true)).isEqualTo(Map.of("success", true, "message", "back: hi"));
        }
        node.kill();
    }
}
