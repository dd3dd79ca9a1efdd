package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routers and clients without a hub. */
@Timeout(60)
class LinkTest {
    private static final Name TOPIC = Name.of("/a");

    @TempDir
    private Path directory;

    // G1, G2: over a Unix domain socket, whose file is its owner's alone
    @Test
    void aSocketOfTheFileSystemWorksToo() throws Exception {
        Path socket = directory.resolve("router.sock");
        try (Node router = Node.router("unix:" + socket, "return.ms", 0);
                Node client = new Node("client", "url", "unix:" + socket).connected()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
            List<Long> heard = client.hear("/a");
            Outlet outlet = router.link.advertise(TOPIC, "", Qos.DEFAULT);
            for (int i = 0; i < 1000; i++) {
                outlet.publish(router.message(TOPIC, i, Duration.ZERO));
            }
            Node.patiently().until(() -> heard.size() == 1000);
            assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
        }
    }

    // G1, G2: what was published together comes in parts where fewer may be under way
    @Test
    void aSmallWindowTakesWhatWasPublishedTogetherApart() {
        int port = FreePort.next();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0, "window", 3);
                Node client = new Node("client", "url", "tcp://127.0.0.1:" + port).connected()) {
            List<Long> heard = client.hear("/a");
            Outlet outlet = router.link.advertise(TOPIC, "", Qos.DEFAULT);
            for (int i = 0; i < 300; i++) {
                outlet.publish(router.message(TOPIC, i, Duration.ZERO));
            }
            Node.patiently().until(() -> heard.size() == 300);
            assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 300).boxed().toList());
        }
    }
}
