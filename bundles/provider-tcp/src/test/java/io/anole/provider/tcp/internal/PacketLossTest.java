package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A router in a network of its own, over TLS, whose line loses all packets while the sockets on both ends stay open (G2, G11,
 * B-PS-15). The network is made by the test, for which it must be root; else it is skipped, and {@link CrashTest} alone has
 * lines that pass nothing.
 */
@Timeout(1200)
class PacketLossTest {
    private static final int TIMES = Boolean.getBoolean("anole.soak") ? 50 : 2;
    private static final long PID = ProcessHandle.current().pid();
    private static final String NAME = "anole" + PID % 100_000;
    /** Of each process its own, as others may run this on the same machine: four of the addresses that RFC 2544 sets aside. */
    private static final String NET = "198." + (18 + (PID >> 14 & 1)) + "." + (PID >> 6 & 0xFF) + ".";
    private static final String HERE = NET + ((PID & 0x3F) << 2 | 1);
    private static final String THERE = NET + ((PID & 0x3F) << 2 | 2);

    @TempDir
    private Path directory;

    private static String ip(String arguments) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(("ip " + arguments).split(" ")).redirectErrorStream(true).start();
        } catch (IOException e) {
            return e.getMessage();
        }
        String said = new String(process.getInputStream().readAllBytes());
        return process.waitFor() == 0 ? "" : "'ip " + arguments + "' says " + said;
    }

    private static void must(String arguments) throws Exception {
        assertThat(ip(arguments)).isEmpty();
    }

    @BeforeEach
    void makeNetwork() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root makes networks");
        String failed = ip("netns add " + NAME);
        assumeTrue(failed.isEmpty(), failed);
        must("link add " + NAME + "a type veth peer name " + NAME + "b");
        must("link set " + NAME + "b netns " + NAME);
        must("address add " + HERE + "/30 dev " + NAME + "a");
        must("link set " + NAME + "a up");
        must("-n " + NAME + " address add " + THERE + "/30 dev " + NAME + "b");
        must("-n " + NAME + " link set lo up");
        link("up");
    }

    @AfterEach
    void removeNetwork() throws Exception {
        ip("link delete " + NAME + "a");
        ip("netns delete " + NAME);
    }

    /** The router's end of the line. */
    private static void link(String state) throws Exception {
        must("-n " + NAME + " link set " + NAME + "b " + state);
    }

    @Test
    void lostPacketsAreNoticedAndNothingElseIsLost() throws Exception {
        Certificates made = new Certificates(directory, THERE, "own");
        String at = "tls://" + THERE + ":7447";
        Object[] client = {"url", at, "tls.ca", made.pem("ca"), "tls.cert", made.pem("own"), "tls.key", made.key("own"),
            "reconnect.max.ms", 200};
        try (NodeProcess router = new NodeProcess(List.of("ip", "netns", "exec", NAME), "route", "", "mode", "router", "listen", at,
                "tls.ca", made.pem("ca"), "tls.cert", made.pem("own"), "tls.key", made.key("own"), "heartbeat.ms", "300",
                "presence.ms", "60000");
                Node publisher = new Node("publisher", client).connected();
                Node subscriber = new Node("subscriber", client).connected();
                Flow flow = new Flow(publisher, "/flow")) {
            AtomicLong highest = flow.hear(subscriber);
            flow.start();
            for (int i = 0; i < TIMES; i++) {
                long before = flow.sent.get();
                Node.patiently().until(() -> highest.get() > before + 2000);
                List<String> downs = new ArrayList<>(publisher.downs);
                link("down");
                Node.patiently().until(() -> !publisher.isUp() && !subscriber.isUp());
                assertThat(publisher.downs.get(downs.size())).contains("nothing came from the router");
                link("up");
                publisher.connected();
                subscriber.connected();
            }
            long sent = flow.end();
            Node.patiently().until(() -> highest.get() == sent);
            assertThat(flow.wrong).isEmpty();
            assertThat(flow.doubled).hasValue(0);
            assertThat(router.isAlive()).isTrue();
        }
    }
}
