package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.anole.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients that know nothing of Anole send, and what they see. */
class ForeignClientTest {
    @TempDir
    static Path directory;
    static Mosquitto broker;
    static Peer peer;

    @BeforeAll
    static void start() {
        broker = new Mosquitto(directory);
        peer = new Peer("r1", broker.url()).connected();
    }

    @AfterAll
    static void stop() {
        peer.close();
        broker.close();
    }

    // PC-34: a payload without a content type is JSON if it is JSON, else text, else bytes
    @Test
    void plainPayloadsAreRead() throws IOException {
        Peer.Heard heard = peer.hear("/plain");
        broker.pub("-t", "plain", "-m", "{\"a\": [1, 2.5, null, true]}");
        broker.pub("-t", "plain", "-m", "42");
        broker.pub("-t", "plain", "-m", "hello, robot");
        broker.pub("-t", "plain", "-m", "{not json");
        broker.pub("-t", "plain", "-n");
        Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xFF, 0, 1});
        broker.pub("-t", "plain", "-f", bytes.toString());
        List<Object> bodies = heard.await(6);
        assertThat(bodies.get(0)).isInstanceOfSatisfying(Map.class, map -> assertThat(map.get("a").toString())
                .isEqualTo("[1, 2.5, null, true]"));
        assertThat(((Number) bodies.get(1)).longValue()).isEqualTo(42);
        assertThat(bodies.subList(2, 5)).containsExactly("hello, robot", "{not json", "");
        assertThat((byte[]) bodies.get(5)).containsExactly(0xFF, 0, 1);
        assertThat(heard.messages.get(0).source()).isEmpty();
        assertThat(heard.messages.get(0).sequence()).isZero();
        heard.close();
    }

    @Test
    void userPropertiesAreHeadersAndTheContentTypeIsObeyed() {
        Peer.Heard heard = peer.hear("/typed");
        broker.pub("-t", "typed", "-m", "1", "-D", "publish", "content-type", "text/plain", "-D", "publish",
                "user-property", "colour", "green");
        heard.await(1);
        Message message = heard.messages.get(0);
        assertThat(message.body()).isEqualTo("1");
        assertThat(message.headers()).isEqualTo(Map.of("colour", "green"));
        heard.close();
    }

    // Bad input: dropped, counted, and nothing else is lost
    @Test
    void malformedJsonIsDroppedAndCounted() {
        Peer.Heard heard = peer.hear("/bad/**");
        long before = peer.drops.getOrDefault(Drop.MALFORMED, 0L);
        broker.pub("-t", "bad", "-m", "{oops", "-D", "publish", "content-type", "application/json");
        broker.pub("-t", "bad/with space", "-m", "1");
        broker.pub("-t", "bad/good", "-m", "2");
        heard.await(1);
        assertThat(heard.messages.get(0).name()).hasToString("/bad/good");
        Awaitility.await().atMost(Peer.SOON).until(() -> peer.drops.getOrDefault(Drop.MALFORMED, 0L) == before + 2);
        heard.close();
    }

    @Test
    void otherClientsSeeCleanJson() throws Exception {
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(() ->
                broker.client("mosquitto_sub", "-t", "odom", "-C", "1", "-W", "10", "-F", "%p|%C"));
        Awaitility.await().atMost(Peer.SOON).until(() -> {
            peer.publish("/odom", Map.of("x", 1.5));
            return seen.isDone();
        });
        assertThat(seen.get()).isEqualTo("{\"x\":1.5}|application/json\n");
    }

    // PY-10: reversible names
    @Test
    void namesThatMqttReservesTravel() {
        Peer.Heard heard = peer.hear("/**");
        List<String> names = List.of("/a+b/#temp", "/$SYS/x", "/@link/y", "/100%/%2f", "/a.b/c", "/x");
        names.forEach(name -> peer.publish(name, name));
        heard.await(names.size());
        assertThat(heard.messages.stream().map(message -> message.name().toString())).containsExactlyElementsOf(names);
        assertThat(heard.bodies()).containsExactlyElementsOf(names);
        heard.close();
    }
}
