package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives the loss of the broker, and of a client (G2, G10, G11). */
class ReconnectTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;
    private final List<Peer> peers = new ArrayList<>();
    private Mosquitto broker;

    @BeforeEach
    void start() {
        broker = new Mosquitto(directory, "max_queued_messages 0", "max_inflight_messages 100");
    }

    @AfterEach
    void stop() {
        peers.forEach(Peer::close);
        broker.close();
    }

    private Peer peer(String name, Object... settings) {
        Peer peer = new Peer(name, broker.url(), settings);
        peers.add(peer);
        return peer;
    }

    // G2, G11: restarted under load, with persistence: nothing whose publish was done is lost
    @Test
    void aRestartedBrokerLosesNothingReliable() throws InterruptedException {
        Peer sender = peer("sender").connected();
        Peer receiver = peer("receiver").connected();
        Peer.Heard heard = receiver.hear("/load/*");
        Outlet outlet = sender.link.advertise(Name.of("/load/x"), "", Peer.RELIABLE);
        AtomicBoolean stop = new AtomicBoolean();
        Set<Long> done = ConcurrentHashMap.newKeySet();
        AtomicLong failed = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        Thread publisher = new Thread(() -> {
            ConcurrentLinkedQueue<CompletionStage<Void>> open = new ConcurrentLinkedQueue<>();
            while (!stop.get()) {
                Message message = sender.message("/load/x", "a reading");
                CompletionStage<Void> stage = outlet.publish(message).whenComplete((ok, e) -> {
                    if (e == null) {
                        done.add(message.sequence());
                    } else {
                        failed.incrementAndGet();
                    }
                });
                open.add(stage);
                if (open.size() >= 200) {
                    open.poll().toCompletableFuture().exceptionally(e -> null).join();
                }
            }
            open.forEach(stage -> stage.toCompletableFuture().exceptionally(e -> null).join());
            ended.countDown();
        });
        publisher.start();
        for (int round = 0; round < 2; round++) {
            int before = heard.messages.size();
            Awaitility.await().atMost(Peer.SOON).until(() -> heard.messages.size() > before + 500);
            broker.stop();
            broker.start();
            int ups = round + 2;
            Awaitility.await().atMost(TIMEOUT).until(() -> sender.ups.get() >= ups && receiver.ups.get() >= ups);
        }
        int before = heard.messages.size();
        Awaitility.await().atMost(Peer.SOON).until(() -> heard.messages.size() > before + 500);
        stop.set(true);
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(failed).hasValue(0);
        // the set's own containsAll: an assertion would compare each with each
        Awaitility.await().atMost(TIMEOUT).until(() -> distinct(heard).containsAll(done));
        // Order holds once what the broker repeated is left out, as the hub does.
        List<Long> order = new ArrayList<>(distinct(heard));
        assertThat(order).containsExactlyElementsOf(LongStream.rangeClosed(1, order.size()).boxed().toList());
        assertThat(sender.downs).anyMatch(reason -> reason.startsWith("lost " + broker.url() + ": "));
    }

    private static Set<Long> distinct(Peer.Heard heard) {
        Set<Long> distinct = new LinkedHashSet<>();
        heard.messages.forEach(message -> distinct.add(message.sequence()));
        return distinct;
    }

    // G11: a killed broker without its sessions: everything registered is back by itself
    @Test
    void registrationsReturnByThemselves() throws IOException {
        Peer one = peer("one").connected();
        Peer two = peer("two").connected();
        Peer.Heard heard = one.hear("/a");
        Registration served = two.link.serve(Name.of("/echo"), CompletableFuture::completedFuture);
        Peer.done(served.ready());
        LinkContract.put(two, "/e/two", 2, Lifetime.EPHEMERAL);
        LinkContract.put(one, "/e/kept", 1, Lifetime.DURABLE);
        LinkContract.Told told = new LinkContract.Told();
        Peer.done(one.link.watch(Pattern.of("/e/*"), told).ready());
        told.await("synced");
        CompletionStage<Message> pending = one.link.request(Name.of("/never"), one.message("/never", 1), TIMEOUT);
        broker.kill();
        assertThatThrownBy(() -> Peer.done(pending)).isInstanceOfAny(BusException.LinkLost.class,
                BusException.NoProvider.class);
        Awaitility.await().atMost(Peer.SOON).until(() -> !one.isUp() && !two.isUp());
        assertThatThrownBy(() -> Peer.done(one.link.request(Name.of("/echo"), one.message("/echo", 1), TIMEOUT)))
                .isInstanceOf(BusException.LinkLost.class);
        CompletionStage<Void> waiting = one.link.advertise(Name.of("/a"), "", Peer.RELIABLE)
                .publish(one.message("/a", "waited"));
        assertThatThrownBy(() -> one.publish("/a", "fleeting", Peer.BEST_EFFORT)).isInstanceOf(BusException.LinkLost.class);
        Files.deleteIfExists(directory.resolve("mosquitto.db"));
        broker.start();
        one.connected();
        two.connected();
        Peer.done(waiting);
        assertThat(heard.await(1).toString()).isEqualTo("[waited]");
        Message answer = Peer.done(one.link.request(Name.of("/echo"), one.message("/echo", "again"), TIMEOUT));
        assertThat(answer.body()).isEqualTo("again");
        // The broker has forgotten the durable key, and the ephemeral one is put again by its owner.
        told.await("/e/kept gone");
        Awaitility.await().atMost(Peer.SOON).untilAsserted(() -> assertThat(
                Peer.done(one.link.get(Name.of("/e/two")))).isPresent());
        Awaitility.await().atMost(Peer.SOON).until(() -> told.events.lastIndexOf("synced") > told.events.indexOf("synced"));
    }

    // G2: what had no room is not acknowledged, and comes again on the next connection
    @Test
    void whatHadNoRoomComesAgain() {
        Peer sender = peer("sender").connected();
        Peer receiver = peer("receiver", "hold.max", 0, "receive.maximum", 1).connected();
        List<Object> seen = new ArrayList<>();
        CompletableFuture<Void> room = new CompletableFuture<>();
        MessageHandler full = message -> {
            synchronized (seen) {
                seen.add(message.body());
            }
            return room;
        };
        Peer.done(receiver.link.subscribe(Pattern.of("/full"), Peer.RELIABLE, full).ready());
        Peer.Heard next = receiver.hear("/next");
        sender.publish("/full", "x");
        Awaitility.await().atMost(Peer.SOON).until(() -> count(seen) == 1);
        broker.stop();
        broker.start();
        Awaitility.await().atMost(TIMEOUT).until(() -> count(seen) == 2);
        room.complete(null);
        receiver.connected();
        sender.connected();
        sender.publish("/full", "y");
        Awaitility.await().atMost(Peer.SOON).until(() -> count(seen) == 3);
        // The broker gives it one at a time, so now it knows that there was room for y.
        sender.publish("/next", 1);
        next.await(1);
        broker.stop();
        broker.start();
        receiver.connected();
        Awaitility.await().atMost(TIMEOUT).until(() -> receiver.ups.get() == 3);
        sender.connected();
        sender.publish("/full", "z");
        Awaitility.await().atMost(Peer.SOON).until(() -> count(seen) == 4);
        assertThat(seen.toString()).isEqualTo("[x, x, y, z]");
    }

    private static int count(List<Object> seen) {
        synchronized (seen) {
            return seen.size();
        }
    }

    // G7, G10: kill -9 of a process takes its keys and names with it
    @Test
    void aKilledClientIsGoneInTime() throws Exception {
        Peer watching = peer("watching").connected();
        LinkContract.Told told = new LinkContract.Told();
        Peer.done(watching.link.watch(Pattern.of("/proc/*"), told).ready());
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Victim.class.getName(), broker.url()).redirectErrorStream(true).start();
        try {
            told.await("/proc/victim=1");
            Message answer = Peer.done(watching.link.request(Name.of("/victim"), watching.message("/victim", 5), TIMEOUT));
            assertThat(((Number) answer.body()).intValue()).isEqualTo(5);
        } finally {
            process.destroyForcibly();
        }
        long begin = System.nanoTime();
        told.await("/proc/victim gone");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        Peer.done(watching.link.serve(Name.of("/victim"), CompletableFuture::completedFuture).ready());
        // The living clean up after the dead: nothing of it is left at the broker.
        Awaitility.await().atMost(Peer.SOON).untilAsserted(() -> assertThat(broker.client("mosquitto_sub", "-t", "@state/#",
                "-t", "@link/#", "-W", "1", "-v", "--retained-only")).doesNotContain("victim-"));
    }

    /** A process to be killed. */
    static final class Victim {
        private Victim() {
        }

        public static void main(String[] args) throws InterruptedException {
            Peer peer = new Peer("victim", args[0]).connected();
            Peer.done(peer.link.serve(Name.of("/victim"), CompletableFuture::completedFuture).ready());
            LinkContract.put(peer, "/proc/victim", 1, Lifetime.EPHEMERAL);
            new CountDownLatch(1).await();
        }
    }
}
