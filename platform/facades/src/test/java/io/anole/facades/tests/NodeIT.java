package io.anole.facades.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.TypeName;
import io.anole.bus.Value;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.graph.Exposure;
import io.anole.graph.Node;
import io.anole.graph.NotExposed;
import io.anole.graph.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.service.ServiceExtension;

/** The rows PY-01 to PY-22 of the exposed graph. */
@ExtendWith(ServiceExtension.class)
class NodeIT {
    private static final Duration BOUND = Duration.ofSeconds(10);

    /** A type of the system that the node doesn't know. */
    @TypeName("test/Speed")
    record Speed(double linear, int gear, Inner inner) {
        record Inner(String text) {
        }
    }

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService
    Participants participants;
    @InjectService(cardinality = 0)
    ServiceAware<Bus> buses;
    @InjectService(cardinality = 0)
    ServiceAware<Node> nodes;

    private final List<Configuration> configured = new ArrayList<>();
    private ParticipantBus system;

    @BeforeEach
    void openBus() throws Exception {
        configure("io.anole.bus", "main", Map.of("provider", "local"));
        await().atMost(BOUND).until(() -> buses.getServices().size() == 1);
        system = participants.open("main", "system", null);
    }

    @AfterEach
    void closeBus() throws Exception {
        system.close();
        for (Configuration configuration : configured) {
            configuration.delete();
        }
        await().atMost(BOUND).until(() -> buses.getServices().isEmpty() && nodes.getServices().isEmpty());
    }

    private Configuration configure(String pid, String name, Map<String, Object> values) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration(pid, name, "?");
        configuration.update(new Hashtable<>(values));
        configured.add(configuration);
        return configuration;
    }

    private Node node(Map<String, Object> exposure) throws Exception {
        Map<String, Object> values = new LinkedHashMap<>(exposure);
        values.put("node.name", "web");
        configure("io.anole.graph", "web", values);
        await().atMost(BOUND).until(() -> nodes.getServices().size() == 1);
        return nodes.getService();
    }

    private static String[] list(String... entries) {
        return entries;
    }

    /** PY-03, PY-08, B-PY-1: a subscriber sees exactly what is injected, falsy values included. */
    @Test
    void whatIsInjectedArrivesAsItIs() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        system.subscribe("/in", Object.class, Qos.DEFAULT, (body, message) -> heard.add(Arrays.asList(body)));
        Node node = node(Map.of("topics", list("/in")));
        await().atMost(BOUND).until(() -> node.snapshot().topics().stream().anyMatch(Snapshot.Topic::writable));
        for (Object value : Arrays.asList("x", Map.of("a", 1L, "b", 2L), Map.of(), 0L, "", false, null)) {
            node.inject("in", value).toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
            assertThat(heard.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Arrays.asList(value));
        }
    }

    /** PY-04, B-PY-12: the newest stays, and all can be drained in order. */
    @Test
    void theNewestIsPeekedAndAllAreDrained() throws Exception {
        Publisher<Object> publisher = system.publisher("/out", Object.class);
        Node node = node(Map.of("reads", list("out")));
        await().atMost(BOUND).until(() -> node.snapshot().topics().size() == 1);
        assertThat(node.extract("/out")).isEmpty();
        for (int i = 1; i <= 3; i++) {
            publisher.publish(i);
        }
        await().atMost(BOUND).until(() -> node.extract("/out").map(Value::body).filter(Integer.valueOf(3)::equals).isPresent());
        assertThat(node.extract("out").map(Value::body)).contains(3);
        assertThat(node.drain("/out", 2)).extracting(Value::body).containsExactly(1, 2);
        assertThat(node.drain("/out", 9)).extracting(Value::body).containsExactly(3);
        assertThat(node.drain("/out", 9)).isEmpty();
    }

    /** B-PY-2, B-PY-3, PY-12: what is not exposed, not there, or of the other direction is told apart. */
    @Test
    void errorsSayWhyANameCantBeUsed() throws Exception {
        system.publisher("/out", Object.class);
        Node node = node(Map.of("topics", list("/out", "/later")));
        await().atMost(BOUND).until(() -> node.snapshot().topics().size() == 1);
        assertThatThrownBy(() -> node.extract("/secret")).isInstanceOf(NotExposed.class)
                .hasMessageContaining("/secret is not exposed for reading by node 'web'");
        assertThatThrownBy(() -> node.extract("/later")).isInstanceOf(NotExposed.class)
                .hasMessageContaining("nobody publishes it now");
        assertThatThrownBy(() -> node.inject("/out", 1)).isInstanceOf(NotExposed.class)
                .hasMessageContaining("nobody subscribes to it now");
        assertThatThrownBy(() -> node.call("/x", 1, BOUND)).isInstanceOf(NotExposed.class);
        assertThatThrownBy(() -> node.setParam("/x", 1)).isInstanceOf(NotExposed.class);
    }

    /** PY-12, PY-13: patterns match whole names, now and later; an item stays until its last endpoint goes. */
    @Test
    void itemsComeAndGoOnce() throws Exception {
        Node node = node(Map.of("reads", list("/cam/.*", "/a")));
        List<String> changes = new CopyOnWriteArrayList<>();
        Registration listening = node.onChange((kind, added, removed) -> changes.add(kind + " +" + added + " -" + removed));
        Publisher<Object> first = system.publisher("/cam/left", Object.class);
        Publisher<Object> second = system.publisher("/cam/left", Object.class);
        system.publisher("/a/b", Object.class);
        await().atMost(BOUND).until(() -> changes.contains("TOPIC +[/cam/left] -[]"));
        first.close();
        await().atMost(BOUND).until(() -> node.snapshot().topics().get(0).publishers() == 1);
        second.close();
        await().atMost(BOUND).until(() -> changes.contains("TOPIC +[] -[/cam/left]"));
        assertThat(changes).containsExactly("TOPIC +[/cam/left] -[]", "TOPIC +[] -[/cam/left]");
        listening.close();
    }

    /** PY-09, B-PY-11: another exposure; what stays keeps its messages. */
    @Test
    void theExposureIsReplacedWhileTheNodeGoesOn() throws Exception {
        Publisher<Object> a = system.publisher("/a", Object.class);
        Publisher<Object> b = system.publisher("/b", Object.class);
        Node node = node(Map.of("reads", list("/a", "/b")));
        await().atMost(BOUND).until(() -> node.snapshot().topics().size() == 2);
        b.publish("kept");
        await().atMost(BOUND).until(() -> node.extract("/b").isPresent());
        node.expose(new Exposure(List.of("/b"), List.of(), List.of(), List.of()));
        assertThatThrownBy(() -> node.extract("/a")).isInstanceOf(NotExposed.class);
        assertThat(node.extract("/b").map(Value::body)).contains("kept");
        await().atMost(BOUND).until(() -> system.statistics().endpoints().stream()
                .noneMatch(endpoint -> endpoint.name().equals("/a") && endpoint.owner().startsWith("node-")));
        a.publish("unseen");
    }

    /** PY-12: a wrong pattern is a configuration error, and the old exposure holds. */
    @Test
    void aWrongPatternIsRefused() throws Exception {
        Node node = node(Map.of("reads", list("/a")));
        assertThatThrownBy(() -> node.expose(Exposure.NOTHING.topics(List.of("*"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'*' is neither a name nor a regular expression");
        assertThat(node.exposure().reads()).containsExactly("/a");
    }

    /** PY-05, PY-14, B-PY-5 */
    @Test
    void servicesAreCalledAndTheirErrorsAreTold() throws Exception {
        system.serve("/echo", Object.class, Object.class, (body, message) -> CompletableFuture.completedFuture(body));
        system.serve("/fail", Object.class, Object.class, (body, message) -> {
            throw new IllegalStateException("no map");
        });
        system.serve("/slow", Object.class, Object.class, (body, message) -> new CompletableFuture<>());
        Node node = node(Map.of("services", list("/.*")));
        await().atMost(BOUND).until(() -> node.snapshot().services().size() == 3);
        assertThat(node.call("echo", "hi", BOUND).join()).isEqualTo("hi");
        assertThat(node.call("echo", Map.of(), BOUND).join()).isEqualTo(Map.of());
        assertThatThrownBy(() -> node.call("/fail", 1, BOUND).join()).cause().isInstanceOf(BusException.RemoteError.class)
                .hasMessage("no map");
        assertThatThrownBy(() -> node.call("/slow", 1, Duration.ofMillis(50)).join()).cause()
                .isInstanceOf(BusException.Timeout.class);
        assertThat(node.call("echo", "again", BOUND).join()).isEqualTo("again");
    }

    /** PY-06, PY-07, B-PY-1: every value round trips, and absence is not null. */
    @Test
    void parametersKeepEveryValue() throws Exception {
        Node node = node(Map.of("params", list("/robot/.*")));
        assertThat(node.param("/robot/name").join()).isEmpty();
        for (Object value : Arrays.asList("x", 7L, 0L, false, "", List.of(1L), Map.of("a", 1L), null)) {
            node.setParam("robot/name", value).join();
            assertThat(node.param("/robot/name").join()).isPresent().get().extracting(Value::body).isEqualTo(value);
        }
        await().atMost(BOUND).until(() -> node.snapshot().params().equals(List.of("/robot/name")));
        node.deleteParam("/robot/name").join();
        assertThat(node.param("/robot/name").join()).isEmpty();
        await().atMost(BOUND).until(() -> node.snapshot().params().isEmpty());
    }

    /** PY-02, PY-08, PY-22: types are told, and content that can't fit is refused with its path. */
    @Test
    void typesAreKnownAndHeld() throws Exception {
        BlockingQueue<Speed> heard = new LinkedBlockingQueue<>();
        system.subscribe("/speed", Speed.class, heard::add);
        Node node = node(Map.of("writes", list("/speed")));
        await().atMost(BOUND).until(() -> node.snapshot().topics().size() == 1);
        assertThat(node.snapshot().topics().get(0).type()).isEqualTo("test/Speed");
        assertThat(node.describe("/speed")).containsExactlyInAnyOrderEntriesOf(
                Map.of("linear", 0.0, "gear", 0L, "inner", Map.of("text", "")));
        assertThatThrownBy(() -> node.inject("/speed", Map.of("linear", 1, "inner", Map.of("txt", ""))))
                .isInstanceOf(BusException.BadShape.class).hasMessageContaining("test/Speed has no field inner.txt");
        assertThatThrownBy(() -> node.inject("/speed", Map.of("gear", "two"))).isInstanceOf(BusException.BadShape.class)
                .hasMessageContaining("test/Speed, field gear: expected int32, found the text 'two'");
        node.inject("/speed", Map.of("linear", 2));
        Speed speed = heard.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(speed.linear()).isEqualTo(2.0);
    }

    /** PY-17, PY-18: started and stopped again and again. */
    @Test
    void aNodeStartsAgain() throws Exception {
        for (int i = 0; i < 20; i++) {
            Node node = node(Map.of("params", list("/x")));
            node.setParam("/x", i).join();
            configured.remove(configured.size() - 1).delete();
            await().atMost(BOUND).until(() -> nodes.getServices().isEmpty());
        }
    }
}
