package io.anole.bridge.tests;

import static io.anole.bridge.tests.Span.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anole.bridge.Crossing.Drop;
import io.anole.bus.Bus;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Watcher;
import io.anole.testkit.AnoleExtension;
import io.anole.testkit.EmbeddedBroker;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Bridges between a bus inside the JVM and one over a broker, and in circles. */
@Timeout(120)
class BridgeIT {
    private static EmbeddedBroker broker;

    @RegisterExtension
    final AnoleExtension anole = new AnoleExtension(Span.BOUND);

    @BeforeAll
    static void start() throws Exception {
        broker = new EmbeddedBroker(FrameworkUtil.getBundle(BridgeIT.class).getBundleContext());
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private TestBus mqtt() {
        return anole.open("mqtt", Map.of("url", "tcp://127.0.0.1:" + broker.port(), "prefix", "t" + System.nanoTime() + "/",
                "provider.wait.ms", 1));
    }

    private static List<Message> hear(Bus bus, String pattern, Qos qos) {
        List<Message> heard = new CopyOnWriteArrayList<>();
        join(bus.subscribe(pattern, Object.class, qos, (body, message) -> heard.add(message)).ready());
        return heard;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(Span.BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static void works(Span span) {
        eventually().untilAsserted(() -> assertThat(span.only().problem()).isEmpty());
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> bodies(List<Message> heard, String name) {
        return heard.stream().filter(one -> one.name().toString().equals(name)).map(one -> ((Number) one.body()).intValue()).toList();
    }

    /** G1, G2 over both: each once, in order, whoever floods; no echo, though patterns and names are the same both ways. */
    @Test
    void bothWaysEachMessageArrivesOnceAndInOrder() throws Exception {
        int many = 600;
        TestBus near = anole.open("local");
        TestBus far = mqtt();
        try (Span span = new Span("both", near.name(), far.name(), Map.of("topics", new String[] {"/robot/** <-> /r1/**"}))) {
            eventually().until(() -> span.crossing(0).problem().isEmpty() && span.crossing(1).problem().isEmpty());
            Bus here = near.participant().bus();
            Bus there = far.participant().bus();
            List<Message> heardHere = hear(here, "/robot/**", Qos.DEFAULT);
            List<Message> heardThere = hear(there, "/r1/**", Qos.DEFAULT);
            Publisher<Integer> out = here.publisher("/robot/out", Integer.class);
            Publisher<Integer> in = there.publisher("/r1/in", Integer.class);
            Thread other = new Thread(() -> numbers(0, many).forEach(in::publish));
            other.start();
            numbers(0, many).forEach(out::publish);
            other.join();
            eventually().untilAsserted(() -> assertThat(List.of(heardHere.size(), heardThere.size()))
                    .as("%s, %s", span.crossing(0), span.crossing(1)).containsExactly(2 * many, 2 * many));
            assertThat(bodies(heardThere, "/r1/out")).isEqualTo(numbers(0, many));
            assertThat(bodies(heardHere, "/robot/in")).isEqualTo(numbers(0, many));
            Message crossed = heardThere.stream().filter(one -> one.name().toString().equals("/r1/out")).findFirst().orElseThrow();
            assertThat(crossed.source()).startsWith("testbed/bridge-both/");
            assertThat(crossed.headers()).containsEntry("bridge.via", "testbed/both").containsEntry("bridge.sequence", "1");
            assertThat(crossed.headers().get("bridge.source")).startsWith("testbed/" + near.name());
            assertThat(span.crossing(0).passed()).isEqualTo(many);
            assertThat(span.crossing(1).passed()).isEqualTo(many);
            assertThat(span.crossing(0).dropped()).isEmpty();
        }
    }

    /** Three bridges in a circle: a message goes round both ways once, and ends where it has been. */
    @Test
    void aCircleOfBridgesEndsWhereItBegan() throws Exception {
        TestBus a = anole.open("local");
        TestBus b = anole.open("local");
        TestBus c = anole.open("local");
        Map<String, String[]> lines = Map.of("topics", new String[] {"/** <->"});
        try (Span ab = new Span("ab", a.name(), b.name(), lines); Span bc = new Span("bc", b.name(), c.name(), lines);
                Span ca = new Span("ca", c.name(), a.name(), lines)) {
            for (Span span : List.of(ab, bc, ca)) {
                eventually().until(() -> span.crossing(0).problem().isEmpty() && span.crossing(1).problem().isEmpty());
            }
            List<Message> heardA = hear(a.bus(), "/x", Qos.DEFAULT);
            List<Message> heardB = hear(b.bus(), "/x", Qos.DEFAULT);
            List<Message> heardC = hear(c.bus(), "/x", Qos.DEFAULT);
            Publisher<String> publisher = a.participant().bus().publisher("/x", String.class);
            join(publisher.publish("storm?"));
            // from a by b and c, and by c and b, back to a; there the bridge that it left by knows it
            eventually().until(() -> ab.echoes() + bc.echoes() + ca.echoes() >= 2);
            // each from another sender, so in any order
            eventually().untilAsserted(() -> assertThat(heardA.stream().map(one -> one.headers().getOrDefault("bridge.via", "from here")))
                    .containsExactlyInAnyOrder("from here", "testbed/ab,testbed/bc,testbed/ca", "testbed/ca,testbed/bc,testbed/ab"));
            eventually().until(() -> heardB.size() == 2 && heardC.size() == 2);
            assertThat(ab.echoes() + bc.echoes() + ca.echoes()).isEqualTo(2);
        }
    }

    /** What comes too often is dropped and counted, each topic by itself, but the newest gets through. */
    @Test
    void theRateIsThatOfEachTopicAndTheNewestGetsThrough() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = anole.open("local");
        try (Span slow = new Span("slow", near.name(), far.name(), Map.of("topics", new String[] {"/slow/* rate=0.001"}));
                Span fast = new Span("fast", near.name(), far.name(), Map.of("topics", new String[] {"/fast rate=4"}))) {
            works(slow);
            works(fast);
            List<Message> heard = hear(far.bus(), "/**", Qos.DEFAULT);
            Publisher<Integer> one = near.bus().publisher("/slow/one", Integer.class);
            Publisher<Integer> two = near.bus().publisher("/slow/two", Integer.class);
            Publisher<Integer> last = near.bus().publisher("/fast", Integer.class);
            for (int i = 0; i < 500; i++) {
                one.publish(i);
                two.publish(i);
                last.publish(i);
            }
            // of each topic the first has crossed and the newest waits
            eventually().until(() -> slow.only().dropped().equals(Map.of(Drop.LIMITED, 2 * 498L)));
            assertThat(slow.only().passed()).isEqualTo(2);
            eventually().until(() -> bodies(heard, "/fast").contains(499));
            assertThat(fast.only().passed() + fast.only().dropped().get(Drop.LIMITED)).isEqualTo(500);
            assertThat(bodies(heard, "/slow/one")).containsExactly(0);
            assertThat(bodies(heard, "/slow/two")).containsExactly(0);
        }
    }

    /** What has waited too long does not cross, and what crosses has no more time left than it had. */
    @Test
    void aLifespanGoesOnOnTheOtherSide() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = anole.open("local");
        try (Span span = new Span("life", near.name(), far.name(), Map.of("topics", new String[] {"/x/cmd", "/x/other lifespan=60000"}))) {
            works(span);
            eventually().until(() -> span.crossing(1).problem().isEmpty());
            List<Message> heard = hear(far.bus(), "/x/*", Qos.DEFAULT);
            Bus here = near.participant().bus();
            join(here.publisher("/x/cmd", String.class, Qos.DEFAULT.lifespan(Duration.ofMinutes(5))).publish("go"));
            join(here.publisher("/x/other", String.class, Qos.DEFAULT.lifespan(Duration.ofMinutes(5))).publish("go"));
            eventually().untilAsserted(() -> assertThat(heard).as("%s, %s", span.crossing(0), span.crossing(1)).hasSize(2));
            long now = System.nanoTime();
            assertThat(heard).allSatisfy(one -> assertThat(one.expires()).isNotEqualTo(Message.NEVER));
            Map<String, Long> left = heard.stream().collect(Collectors.toMap(one -> one.name().toString(),
                    one -> TimeUnit.NANOSECONDS.toSeconds(one.expires() - now)));
            assertThat(left.get("/x/cmd")).isBetween(240L, 300L);
            assertThat(left.get("/x/other")).isBetween(0L, 60L);
        }
    }

    /** A provider that goes away, and a bus that is moved, lose nothing that is RELIABLE; a line that comes first keeps its names. */
    @Test
    void aBusThatLosesItsProviderOrIsMovedLosesNothing() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = mqtt();
        try (Span span = new Span("mover", near.name(), far.name(), Map.of("topics", new String[] {"/a/b -> /ab", "/a/* -> /all/*"}))) {
            works(span);
            eventually().until(() -> span.crossing(1).problem().isEmpty());
            List<Message> heard = hear(far.bus(), "/ab", Qos.DEFAULT);
            Publisher<Integer> publisher = near.participant().bus().publisher("/a/b", Integer.class);
            numbers(0, 100).forEach(publisher::publish);
            eventually().until(() -> span.only().passed() == 100 && heard.size() == 100);
            Bundle provider = bundle("io.anole.provider.mqtt");
            provider.stop();
            try {
                numbers(100, 200).forEach(publisher::publish);
                eventually().until(() -> span.only().problem().startsWith("messages wait: "));
            } finally {
                provider.start();
            }
            numbers(200, 300).forEach(publisher::publish);
            eventually().until(() -> heard.size() >= 300);
            join(far.bus().swap("local", Map.of()));
            numbers(300, 400).forEach(publisher::publish);
            eventually().until(() -> heard.size() >= 400);
            assertThat(bodies(heard, "/ab")).isEqualTo(numbers(0, 400));
            assertThat(span.only().dropped()).isEmpty();
            assertThat(span.only().problem()).isEmpty();
            assertThat(span.crossing(1).passed()).isZero();
        }
    }

    /** A kept message crosses, also to who comes later. */
    @Test
    void keptMessagesAreKeptOnTheOtherSide() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = anole.open("local");
        Qos kept = Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL);
        join(near.participant().bus().publisher("/map", String.class, kept).publish("rooms"));
        try (Span span = new Span("keep", near.name(), far.name(), Map.of("topics", new String[] {"/map <-> keep"}))) {
            eventually().until(() -> span.only().passed() == 1);
            List<Message> heard = hear(far.bus(), "/map", kept);
            eventually().until(() -> heard.size() == 1);
            assertThat(heard.get(0).body()).isEqualTo("rooms");
        }
    }

    /** G6 across: an answer, an error, nobody there, a name that is taken. */
    @Test
    void servicesAreOfferedOnTheOtherSide() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = anole.open("local");
        join(near.participant().bus().serve("/double", Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedFuture(2 * body)).ready());
        join(far.participant().bus().serve("/taken", Object.class, Object.class,
                (body, request) -> CompletableFuture.completedFuture("mine")).ready());
        try (Span span = new Span("calls", near.name(), far.name(), Map.of("services",
                new String[] {"/double -> /r1/double", "/nobody -> /r1/nobody", "/taken"}))) {
            eventually().until(() -> span.crossing(0).problem().isEmpty() && span.crossing(1).problem().isEmpty());
            Bus there = far.participant().bus();
            assertThat(join(there.caller("/r1/double", Integer.class, Integer.class).call(21))).isEqualTo(42);
            assertThat(remote(there, "/r1/double", "no number").type()).contains("BadShape");
            assertThat(remote(there, "/r1/nobody", 1).type()).isEqualTo(NoProvider.class.getName());
            eventually().until(() -> span.crossing(2).problem().contains("/taken"));
            assertThat(span.crossing(0).passed()).isEqualTo(1);
            assertThat(span.crossing(0).dropped()).isEqualTo(Map.of(Drop.REFUSED, 1L));
        }
    }

    private static RemoteError remote(Bus bus, String service, Object body) {
        Throwable thrown = catchThrowable(() -> join(bus.caller(service, Object.class, Object.class).call(body)));
        assertThat(thrown).isInstanceOf(CompletionException.class).hasCauseInstanceOf(RemoteError.class);
        return (RemoteError) thrown.getCause();
    }

    /** G8 across: both sides agree, whoever writes; in the beginning the first bus is right. */
    @Test
    void bothSidesComeToAgreeOnParameters() throws Exception {
        TestBus near = anole.open("local");
        TestBus far = mqtt();
        Bus here = near.participant().bus();
        Bus there = far.participant().bus();
        Map<String, Object> left = watch(here, "@param/nav/");
        Map<String, Object> right = watch(there, "@param/r1/nav/");
        join(here.put("@param/nav/speed", 0.5, Lifetime.DURABLE));
        join(there.put("@param/r1/nav/speed", 9, Lifetime.DURABLE));
        join(there.put("@param/r1/nav/only", false, Lifetime.DURABLE));
        try (Span span = new Span("params", near.name(), far.name(), Map.of("params", new String[] {"/nav/** <-> /r1/nav/**"}))) {
            eventually().untilAsserted(() -> assertThat(List.of(left, right)).containsOnly(Map.of("speed", 0.5, "only", false)));
            join(there.put("@param/r1/nav/goal", Map.of("x", 1, "y", List.of(2, 3)), Lifetime.DURABLE));
            eventually().untilAsserted(() -> assertThat(left.get("goal")).asString().contains("y=[2, 3]"));
            join(here.remove("@param/nav/only"));
            eventually().untilAsserted(() -> assertThat(right).doesNotContainKey("only"));
            for (int i = 0; i < 50; i++) {
                here.put("@param/nav/speed", "here" + i, Lifetime.DURABLE);
                there.put("@param/r1/nav/speed", "there" + i, Lifetime.DURABLE);
            }
            eventually().untilAsserted(() -> {
                long before = span.only().passed();
                assertThat(left.get("speed")).isEqualTo(right.get("speed")).asString().endsWith("49");
                assertThat(span.only().passed()).isEqualTo(before);
            });
            assertThat(span.only().dropped()).isEmpty();
        }
    }

    private static Map<String, Object> watch(Bus bus, String prefix) {
        Map<String, Object> values = new ConcurrentHashMap<>();
        join(bus.watch(prefix + "**", Object.class, new Watcher<>() {
            @Override
            public void put(Name key, Object value) {
                values.put(key.toString().substring(prefix.length() + 1), value);
            }

            @Override
            public void removed(Name key) {
                values.remove(key.toString().substring(prefix.length() + 1));
            }
        }).ready());
        return values;
    }

    private static Bundle bundle(String name) {
        BundleContext context = FrameworkUtil.getBundle(BridgeIT.class).getBundleContext();
        return Arrays.stream(context.getBundles()).filter(one -> one.getSymbolicName().equals(name)).findFirst().orElseThrow();
    }
}
