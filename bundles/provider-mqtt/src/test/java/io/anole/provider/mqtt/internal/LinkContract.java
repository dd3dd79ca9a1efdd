package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a link promises, whatever the broker. */
abstract class LinkContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<Peer> peers = new ArrayList<>();
    Peer one;
    Peer two;

    /** Where the broker listens. */
    abstract String url();

    @BeforeEach
    void connect() {
        // at once: Paho takes a third of a second for each, doing nothing
        one = opened("r1");
        two = opened("r2");
        one.connected();
        two.connected();
    }

    @AfterEach
    void disconnect() {
        peers.forEach(Peer::close);
    }

    Peer peer(String name, Object... settings) {
        return opened(name, settings).connected();
    }

    private Peer opened(String name, Object... settings) {
        Peer peer = new Peer(name, url(), settings);
        peers.add(peer);
        return peer;
    }

    // G1, G2, G3
    @Test
    void reliableMessagesArriveOnceAndInOrder() {
        Peer.Heard heard = two.hear("/a/*");
        List<CompletionStage<Void>> sent = new ArrayList<>();
        var outlet = one.link.advertise(Name.of("/a/b"), "", Peer.RELIABLE);
        for (int i = 0; i < 2000; i++) {
            sent.add(outlet.publish(one.message("/a/b", i)));
        }
        sent.forEach(Peer::done);
        heard.await(2000);
        assertThat(heard.messages.stream().map(Message::sequence).toList())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 2000).mapToObj(Long::valueOf).toList());
        assertThat(heard.messages).allSatisfy(message -> assertThat(message.source()).isEqualTo("r1/test/1"));
    }

    /** MQTT 5, 3.1.2.11.2: a closed link leaves no session that the broker would go on to fill, however much it is being sent. */
    @Test
    void aClosedLinkLeavesNoSession() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            var outlet = one.link.advertise(Name.of("/flood"), "", Peer.RELIABLE);
            Deque<CompletionStage<Void>> pending = new ArrayDeque<>();
            while (!stop.get()) {
                pending.add(outlet.publish(one.message("/flood", "x".repeat(1000))));
                if (pending.size() == 500) {
                    Peer.done(pending.poll());
                }
            }
        });
        try {
            for (int i = 0; i < 10; i++) {
                Peer leaving = peer("leaving", "client.id", "leaving");
                leaving.hear("/flood").await(300);
                leaving.close();
                assertThat(sessionOf("leaving")).as("round %d", i).isFalse();
            }
        } finally {
            stop.set(true);
            flood.get(Peer.SOON.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Whether the broker has kept one. */
    private boolean sessionOf(String id) throws MqttException {
        MqttClient client = new MqttClient(url(), id, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        boolean present = client.connectWithResult(options).getSessionPresent();
        client.disconnect();
        client.close();
        return present;
    }

    @Test
    void overlappingSubscriptionsOfOneLinkHearEachMessageOnce() throws MqttException {
        Peer.Heard exact = two.hear("/o/x");
        Peer.Heard segment = two.hear("/o/*");
        Peer.Heard rest = two.hear("/o/**", Peer.BEST_EFFORT);
        Peer.Heard again = two.hear("/o/x");
        MqttClient foreign = new MqttClient(url(), "foreign", new MemoryPersistence());
        foreign.connect();
        try {
            for (int i = 0; i < 20; i++) {
                publish(foreign, "o/x", '7');
                publish(foreign, "o/y", '7');
            }
            rest.await(40);
            segment.await(40);
            exact.await(20);
            again.await(20);
            publish(foreign, "o/x", '8');
            assertThat(segment.await(41)).hasSize(41);
            assertThat(rest.await(41)).hasSize(41);
            assertThat(exact.await(21)).hasSize(21);
            assertThat(again.await(21)).hasSize(21);
        } finally {
            foreign.disconnect();
            foreign.close();
        }
    }

    /** The bare client may take what is acknowledged for under way a little longer, and refuses beyond what the broker allows. */
    private static void publish(MqttClient client, String topic, char digit) {
        Awaitility.await().atMost(Peer.SOON).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
            try {
                client.publish(topic, new byte[] {(byte) digit}, 1, false);
                return true;
            } catch (MqttException e) {
                if (e.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                    throw e;
                }
                return false;
            }
        });
    }

    // G12
    @Test
    void aClosedSubscriptionHearsNothing() {
        Peer.Heard closed = two.hear("/c");
        Peer.Heard open = two.hear("/c");
        closed.close();
        one.publish("/c", 1);
        open.await(1);
        assertThat(closed.messages).isEmpty();
    }

    @Test
    void metadataBodiesAndHeadersTravel() {
        Peer.Heard heard = two.hear("/m");
        List<Object> bodies = Arrays.asList(null, false, 0L, "", "text", 1.5, new byte[] {1, 2}, new byte[0], List.of(), Map.of(),
                Map.of("a", List.of(1L, "b")));
        Map<String, String> headers = Map.of("a", "b", "anole", "c", "anole-type", "d");
        for (Object body : bodies) {
            Message plain = one.message("/m", body);
            Peer.done(one.link.advertise(plain.name(), "", Peer.RELIABLE).publish(new Message(plain.name(), "std/Any", headers,
                    body, plain.source(), plain.sequence(), plain.time(), plain.expires())));
        }
        heard.await(bodies.size());
        for (int i = 0; i < bodies.size(); i++) {
            Message message = heard.messages.get(i);
            assertThat(String.valueOf(plain(message.body()))).isEqualTo(String.valueOf(plain(bodies.get(i))));
            assertThat(message.type()).isEqualTo("std/Any");
            assertThat(message.headers()).isEqualTo(headers);
            assertThat(message.expires()).isEqualTo(Message.NEVER);
        }
    }

    private static Object plain(Object body) {
        return body instanceof byte[] bytes ? "bytes " + Arrays.toString(bytes) : body;
    }

    @Test
    void cborBodiesTravelToo() {
        Peer binary = peer("r3", "codec", "cbor");
        Peer.Heard heard = two.hear("/cbor");
        binary.publish("/cbor", Map.of("raw", new byte[] {1, 2, 3}));
        heard.await(1);
        assertThat(heard.messages.get(0).body()).isInstanceOfSatisfying(Map.class,
                map -> assertThat((byte[]) map.get("raw")).containsExactly(1, 2, 3));
    }

    @Test
    void latecomersHearTheNewestOfATransientLocalTopic() {
        Qos latched = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);
        one.publish("/map", 1, latched);
        one.publish("/map", 2, latched);
        Peer.Heard late = two.hear("/map", latched);
        assertThat(late.await(1).toString()).isEqualTo("[2]");
        Peer.Heard uninterested = two.hear("/map");
        Peer.Heard later = two.hear("/map", latched);
        later.await(1);
        one.publish("/map", 3, latched);
        // Some brokers repeat the kept message to those who had it; the hub leaves that out, by the sequence.
        for (Peer.Heard heard : List.of(later, late)) {
            Awaitility.await().atMost(Peer.SOON).until(() -> heard.bodies().toString().endsWith("3]"));
            assertThat(heard.messages.stream().map(Message::sequence).distinct()).containsExactly(2L, 3L);
        }
        assertThat(uninterested.await(1).toString()).isEqualTo("[3]");
    }

    @Test
    void theTimeLeftToLiveTravels() {
        Peer.Heard heard = two.hear("/cmd");
        Message plain = one.message("/cmd", 1);
        // Long enough for any machine to bring it in time, and no whole number of seconds, which is all that MQTT itself tells.
        long expires = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60_700);
        Peer.done(one.link.advertise(plain.name(), "", Peer.RELIABLE).publish(new Message(plain.name(), "", Map.of(), 1,
                plain.source(), plain.sequence(), plain.time(), expires)));
        heard.await(1);
        // Both ends are in one JVM here, so the reading must come back as it was, but for rounding.
        assertThat(Duration.ofNanos(heard.messages.get(0).expires() - expires).abs()).isLessThan(Duration.ofMillis(20));
    }

    @Test
    void whatIsExpiredIsNotSent() {
        Peer.Heard heard = two.hear("/stale");
        Message plain = one.message("/stale", 1);
        Peer.done(one.link.advertise(plain.name(), "", Peer.RELIABLE).publish(new Message(plain.name(), "", Map.of(), 1,
                plain.source(), plain.sequence(), plain.time(), System.nanoTime() - 1)));
        one.publish("/stale", 2);
        assertThat(heard.await(1).toString()).isEqualTo("[2]");
        assertThat(one.drops.toString()).isEqualTo("{EXPIRED=1}");
    }

    @Test
    void oversizeBodiesAreRefusedInOneLine() {
        Peer small = peer("r3", "max.payload", 100);
        assertThatThrownBy(() -> small.publish("/big", "x".repeat(200))).isInstanceOf(BusException.Rejected.class)
                .hasMessage("'big': a body of 202 bytes is beyond max.payload, 100");
        small.publish("/big", "y");
    }

    // G6
    @Test
    void requestsAreAnswered() {
        Registration served = two.link.serve(Name.of("/add"), request -> CompletableFuture.completedFuture(
                request.withBody(((Number) request.body()).longValue() + 1)));
        Peer.done(served.ready());
        Message answer = Peer.done(one.link.request(Name.of("/add"), one.message("/add", 41), TIMEOUT));
        assertThat(((Number) answer.body()).longValue()).isEqualTo(42);
        served.close();
        assertThatThrownBy(() -> Peer.done(one.link.request(Name.of("/add"), one.message("/add", 41), TIMEOUT)))
                .isInstanceOf(BusException.NoProvider.class);
    }

    // G6, PY-14
    @Test
    void errorsAreTyped() {
        Peer.done(two.link.serve(Name.of("/fails"), request -> switch (request.body().toString()) {
            case "remote" -> CompletableFuture.failedFuture(new BusException.RemoteError("a.B", "broken", "at x"));
            case "rejected" -> CompletableFuture.failedFuture(new BusException.Rejected("full"));
            default -> new CompletableFuture<>();
        }).ready());
        assertThatThrownBy(() -> call("remote", TIMEOUT)).isInstanceOfSatisfying(BusException.RemoteError.class, error -> {
            assertThat(error).hasMessage("broken");
            assertThat(error.type()).isEqualTo("a.B");
            assertThat(error.trace()).isEqualTo("at x");
        });
        assertThatThrownBy(() -> call("rejected", TIMEOUT)).isInstanceOf(BusException.Rejected.class).hasMessage("full");
        assertThatThrownBy(() -> call("never", Duration.ofMillis(200))).isInstanceOf(BusException.Timeout.class);
    }

    private Message call(String body, Duration timeout) {
        return Peer.done(one.link.request(Name.of("/fails"), one.message("/fails", body), timeout));
    }

    // PY-26: nobody there is told at once, not after the time-out
    @Test
    void nobodyThereIsToldFast() {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> Peer.done(one.link.request(Name.of("/nobody"), one.message("/nobody", 1), TIMEOUT)))
                .isInstanceOf(BusException.NoProvider.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    // G7
    @Test
    void aNameHasOneServer() {
        Name name = Name.of("/only");
        Registration first = two.link.serve(name, request -> CompletableFuture.completedFuture(request));
        Peer.done(first.ready());
        assertThatThrownBy(() -> Peer.done(one.link.serve(name, request -> null).ready()))
                .isInstanceOf(BusException.Conflict.class);
        assertThatThrownBy(() -> Peer.done(two.link.serve(name, request -> null).ready()))
                .isInstanceOf(BusException.Conflict.class);
        first.close();
        Peer.done(two.link.flush());
        Peer.done(one.link.serve(name, request -> CompletableFuture.completedFuture(request)).ready());
    }

    // G7: of many that claim at once exactly one gets it
    @Test
    void ofManyServersAtOnceOneWins() {
        List<Peer> all = IntStream.range(0, 5).mapToObj(i -> peer("racer" + i)).toList();
        for (int round = 0; round < 5; round++) {
            Name name = Name.of("/race/" + round);
            List<CompletableFuture<Boolean>> outcomes = all.stream().map(racer -> racer.link.serve(name, request -> null)
                    .ready().toCompletableFuture().handle((done, e) -> e == null)).toList();
            long winners = outcomes.stream().filter(Peer::done).count();
            assertThat(winners).isEqualTo(1);
        }
    }

    // G8: 0, false, "" and null differ from absent
    @Test
    void stateIsReadAsItWasWritten() {
        Name key = Name.of("/@param/p");
        assertThat(Peer.done(one.link.get(key))).isEmpty();
        for (Object value : Arrays.asList(null, false, 0, "", "x", new byte[0], new byte[] {7}, List.of())) {
            Peer.done(one.link.put(key, Optional.of(new Value(value, "t", "s")), Lifetime.DURABLE));
            for (Peer reader : List.of(one, two)) {
                Value read = Peer.done(reader.link.get(key)).orElseThrow();
                assertThat(String.valueOf(plain(read.body()))).isEqualTo(String.valueOf(plain(value)));
                assertThat(read.type() + read.source()).isEqualTo("ts");
            }
        }
        Peer.done(one.link.put(key, Optional.empty(), Lifetime.DURABLE));
        assertThat(Peer.done(two.link.get(key))).isEmpty();
    }

    // G9
    @Test
    void aWatchHearsTheSnapshotThenSyncedThenChanges() {
        put(one, "/w/a", 1, Lifetime.DURABLE);
        put(one, "/w/b/c", 2, Lifetime.DURABLE);
        Told told = watch(two, "/w/**");
        told.await("synced");
        assertThat(told.events.subList(0, 2)).containsExactlyInAnyOrder("/w/a=1", "/w/b/c=2");
        assertThat(told.events.get(2)).isEqualTo("synced");
        put(one, "/w/a", 3, Lifetime.DURABLE);
        Peer.done(one.link.put(Name.of("/w/b/c"), Optional.empty(), Lifetime.DURABLE));
        told.await("/w/b/c gone");
        assertThat(told.events.subList(3, told.events.size())).containsExactly("/w/a=3", "/w/b/c gone");
        Told second = watch(two, "/w/**");
        second.await("synced");
        assertThat(second.events).containsExactly("/w/a=3", "synced");
        Peer.done(one.link.put(Name.of("/w/a"), Optional.empty(), Lifetime.DURABLE));
        second.await("/w/a gone");
        told.await("/w/a gone");
        assertThat(told.events).hasSize(6);
    }

    // G9: a snapshot of many keys is whole before synced
    @Test
    void aSnapshotIsWholeBeforeSynced() {
        for (int i = 0; i < 300; i++) {
            one.link.put(Name.of("/many/" + i), Optional.of(new Value(i, "", "")), Lifetime.DURABLE);
        }
        Peer.done(one.link.flush());
        for (String pattern : List.of("/many/*", "/many/**", "/many/299")) {
            Told told = watch(two, pattern);
            told.await("synced");
            assertThat(told.events.indexOf("synced")).as(pattern).isEqualTo(pattern.endsWith("*") ? 300 : 1);
        }
        for (int i = 0; i < 300; i++) {
            one.link.put(Name.of("/many/" + i), Optional.empty(), Lifetime.DURABLE);
        }
        Peer.done(one.link.flush());
    }

    // G10
    @Test
    void ephemeralKeysEndWithTheirOwner() {
        Peer owner = peer("r3");
        Told told = watch(two, "/e/**");
        told.await("synced");
        put(owner, "/e/a", 1, Lifetime.EPHEMERAL);
        put(owner, "/e/b", 2, Lifetime.EPHEMERAL);
        put(one, "/e/b", 3, Lifetime.DURABLE);
        told.await("/e/b=3");
        owner.close();
        told.await("/e/a gone");
        assertThat(Peer.done(one.link.get(Name.of("/e/a")))).isEmpty();
        assertThat(Peer.done(one.link.get(Name.of("/e/b")))).isPresent();
        Peer.done(one.link.put(Name.of("/e/b"), Optional.empty(), Lifetime.DURABLE));
    }

    // G12: 5 s, and what is pending fails Closed
    @Test
    void closeEndsWhatIsPending() {
        Peer caller = peer("r3");
        Peer.done(two.link.serve(Name.of("/slow"), request -> new CompletableFuture<>()).ready());
        CompletionStage<Message> pending = caller.link.request(Name.of("/slow"), caller.message("/slow", 1), TIMEOUT);
        long begin = System.nanoTime();
        caller.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThatThrownBy(() -> Peer.done(pending)).isInstanceOf(BusException.Closed.class);
        assertThatThrownBy(() -> caller.publish("/x", 1)).isInstanceOf(BusException.Closed.class);
        assertThatThrownBy(() -> Peer.done(caller.link.get(Name.of("/x")))).isInstanceOf(BusException.Closed.class);
    }

    static void put(Peer peer, String key, Object value, Lifetime lifetime) {
        Peer.done(peer.link.put(Name.of(key), Optional.of(new Value(value, "", "")), lifetime));
    }

    Told watch(Peer peer, String pattern) {
        Told told = new Told();
        Peer.done(peer.link.watch(Pattern.of(pattern), told).ready());
        return told;
    }

    /** What a watch was told, as text. */
    static final class Told implements StateListener {
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void put(Name key, Value value) {
            events.add(key + "=" + value.body());
        }

        @Override
        public void removed(Name key) {
            events.add(key + " gone");
        }

        @Override
        public void synced() {
            events.add("synced");
        }

        void await(String event) {
            Awaitility.await().alias(event + " in " + events).atMost(Peer.SOON).pollInterval(Duration.ofMillis(5))
                    .until(() -> events.contains(event));
        }
    }
}
