package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.Mosquitto;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits on a line that breaks for nobody to see, as a radio link that is out for some seconds, does not come out of it fresh. */
class HeldUpTest {
    private static final Name TOPIC = Name.of("/a");
    private static final Duration LIFE = Duration.ofMillis(400);
    /** More than the whole second by which a broker's count may be wrong. */
    private static final Duration HANG = Duration.ofMillis(2500);

    @TempDir
    Path directory;

    private record Heard(Object body, boolean fresh) {
    }

    // G1, G12
    @ParameterizedTest
    @CsvSource({"true, RELIABLE", "true, BEST_EFFORT", "false, RELIABLE", "false, BEST_EFFORT"})
    void onItsWayToAndFromTheBroker(boolean to, Qos.Reliability reliability) {
        try (Mosquitto broker = new Mosquitto(directory);
                TcpLine line = new TcpLine(new InetSocketAddress("127.0.0.1", URI.create(broker.url()).getPort()),
                        at -> Map.of("url", "tcp://127.0.0.1:" + at));
                Peer publisher = new Peer("publisher", to ? line.properties().get("url").toString() : broker.url()).connected();
                Peer subscriber = new Peer("subscriber", to ? broker.url() : line.properties().get("url").toString()).connected()) {
            Qos qos = Qos.DEFAULT.reliability(reliability);
            List<Heard> heard = new CopyOnWriteArrayList<>();
            Peer.done(subscriber.link.subscribe(Pattern.of("/a"), qos, message -> {
                heard.add(new Heard(message.body(), !message.expiredAt(System.nanoTime())));
                return CompletableFuture.completedFuture(null);
            }).ready());
            Outlet outlet = publisher.link.advertise(TOPIC, "", qos);
            Peer.done(outlet.publish(living(publisher, "quick", LIFE)));
            await(heard, 1);

            line.stop();
            long begin = System.nanoTime();
            outlet.publish(living(publisher, "fleeting", LIFE));
            outlet.publish(living(publisher, "lasting", Duration.ofMinutes(1)));
            outlet.publish(publisher.message("/a", "for ever"));
            Awaitility.await().until(() -> System.nanoTime() - begin > HANG.toNanos());
            line.mend();
            await(heard, 4);
            Peer.done(outlet.publish(living(publisher, "quick again", LIFE)));
            await(heard, 5);

            assertThat(heard).containsExactly(new Heard("quick", true), new Heard("fleeting", false), new Heard("lasting", true),
                    new Heard("for ever", true), new Heard("quick again", true));
        }
    }

    private static void await(List<Heard> heard, int count) {
        Awaitility.await().atMost(Peer.SOON).until(() -> heard.size() >= count);
    }

    private static Message living(Peer from, String body, Duration life) {
        Message plain = from.message("/a", body);
        return new Message(plain.name(), plain.type(), plain.headers(), plain.body(), plain.source(), plain.sequence(), plain.time(),
                System.nanoTime() + life.toNanos());
    }
}
