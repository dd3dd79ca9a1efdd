package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.safety.Rule;
import io.anole.core.internal.safety.SafeMessage;
import io.anole.provider.local.internal.LocalProvider;
import io.anole.types.geometry.Twist;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Design section 5: a stale command never moves a robot, silence stops it, and an emergency stop holds until it is reset. */
class SafetyTest extends LocalBus {
    private static final Duration NEVER = Duration.ZERO;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final long BOUND = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Twist GO = Twist.of(0.5, 0);

    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();

    private static Rule rule(Duration lifespan, Duration deadline, String... senders) {
        return new Rule("drive", Pattern.of("/cmd_vel"), lifespan, deadline, new SafeMessage("geometry_msgs/Twist", Map.of()),
                List.of(senders), true, false);
    }

    private void rules(Rule... rules) {
        hub.safety().rules(List.of(rules));
    }

    private void listen(Qos qos) {
        join(bus.subscribe("/cmd_vel", Twist.class, qos, (body, message) -> heard.add(message.withBody(body))).ready());
    }

    private Message take() throws InterruptedException {
        Message taken = heard.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isNotNull();
        return taken;
    }

    private void assertSafe(Message message) {
        assertThat(message.body()).isEqualTo(Twist.STOP);
        assertThat(message.source()).matches("robot/safety/\\d+");
        assertThat(message.type()).isEqualTo("geometry_msgs/Twist");
    }

    private void nothingFor(Duration time) throws InterruptedException {
        assertThat(heard.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    private long dropped(Drop reason) {
        return dropped(Kind.SUBSCRIPTION, "/cmd_vel", reason);
    }

    /** A message as another runtime or a foreign client would send it. */
    private static void arrives(Wire wire, String source, long sequence, long age) {
        long time = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - age);
        Message message = new Message(Name.of("/cmd_vel"), "", Map.of(), Map.of("linear", Map.of("x", 0.5)), source, sequence, time,
                Message.NEVER);
        wire.latest.advertise(message.name(), "", Qos.DEFAULT).publish(message);
    }

    private Wire overWire() {
        Wire wire = new Wire(1);
        hub.open(wire, "wire", Map.of());
        eventually().until(() -> hub.link() == io.anole.bus.Statistics.LinkState.UP);
        return wire;
    }

    /** Silence is noticed once, within the deadline and 20 ms; a command after it begins anew. */
    @Test
    void silenceIsToldOnceAndSoon() throws Exception {
        rules(rule(NEVER, SHORT));
        listen(Qos.COMMAND);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        List<Long> late = new ArrayList<>();
        try (Stalls stalls = new Stalls()) {
            for (int i = 1; i <= 50; i++) {
                join(publisher.publish(GO));
                stalls.longest();
                Message go = take();
                assertThat(go.body()).isEqualTo(GO);
                Message safe = take();
                assertSafe(safe);
                assertThat(safe.sequence()).isEqualTo(i);
                long beyond = safe.time() - go.time() - SHORT.toNanos();
                assertThat(beyond).isNotNegative();
                late.add(beyond - stalls.longest());
            }
        }
        nothingFor(SHORT.multipliedBy(4));
        late.sort(null);
        System.out.printf("safe message after the deadline: median %.2f ms, p99 of 50 %.2f ms%n", late.get(25) / 1e6,
                late.get(49) / 1e6);
        // A machine with more to do than it has processors can't promise it of each.
        boolean quiet = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()
                < Runtime.getRuntime().availableProcessors();
        assertThat(late.get(quiet ? 49 : 25)).isLessThan(BOUND);
    }

    /** How late a thread is that only wants to run every millisecond: what keeps all threads from running is not the gate's. */
    private static final class Stalls implements AutoCloseable {
        private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(1);
        private final AtomicLong longest = new AtomicLong();
        private final Thread thread = new Thread(this::look, "stalls");

        Stalls() {
            thread.start();
        }

        private void look() {
            while (!Thread.currentThread().isInterrupted()) {
                long before = System.nanoTime();
                LockSupport.parkNanos(EVERY);
                longest.accumulateAndGet(System.nanoTime() - before - EVERY, Math::max);
            }
        }

        /** Since this was asked for last; 0 if it is no more than any thread has to wait now and then. */
        long longest() {
            long stall = longest.getAndSet(0);
            return stall < BOUND / 4 ? 0 : stall;
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }

    /** A rule that comes later is heard of by subscriptions that had shared what waits. */
    @Test
    void aLaterRuleHoldsForAllThatListen() throws Exception {
        listen(Qos.DEFAULT);
        listen(Qos.DEFAULT);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        join(publisher.publish(GO));
        take();
        take();
        rules(rule(NEVER, SHORT));
        join(publisher.publish(GO));
        assertThat(List.of(take().body(), take().body())).containsOnly(GO);
        assertSafe(take());
        assertSafe(take());
    }

    /** Commands that go on coming are not interrupted. */
    @Test
    void noSilenceNoSafeMessage() throws Exception {
        rules(rule(NEVER, Duration.ofMillis(400)));
        listen(Qos.DEFAULT);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 60; i++) {
            join(publisher.publish(GO));
            never.await(10, TimeUnit.MILLISECONDS);
        }
        for (int i = 0; i < 60; i++) {
            assertThat(take().body()).isEqualTo(GO);
        }
        assertSafe(take());
    }

    /** The publisher's process dies, its link is lost, its bus is between two links: the safe message needs none of them. */
    @Test
    void whoeverFallsSilentAndHowever() throws Exception {
        rules(rule(NEVER, SHORT));
        listen(Qos.COMMAND);
        ParticipantBus dying = hub.view("dying", null);
        join(dying.publisher("/cmd_vel", Twist.class).publish(GO));
        dying.close();
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());

        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        join(publisher.publish(GO));
        hub.lose("pulled");
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());

        hub.open(new LocalProvider(), "local", Map.of());
        join(publisher.publish(GO));
        hub.suspend("updated");
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());
        nothingFor(SHORT.multipliedBy(3));
    }

    /** What was published while the bus had no link is past its lifespan when it has one, and never delivered. */
    @Test
    void aGateDoesNotReplayStaleCommands() throws Exception {
        rules(rule(SHORT, SHORT));
        listen(Qos.DEFAULT);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        hub.suspend("updated");
        Thread held = new Thread(() -> publisher.publish(GO));
        held.start();
        held.join(SHORT.multipliedBy(2).toMillis());
        hub.open(new LocalProvider(), "local", Map.of());
        held.join(SECONDS * 1000);
        nothingFor(SHORT);
        join(publisher.publish(Twist.of(0.1, 0)));
        assertThat(take().body()).isEqualTo(Twist.of(0.1, 0));
        assertSafe(take());
    }

    /** A handler that was busy is not handed what became stale meanwhile, and is told to be safe however full its buffer is. */
    @Test
    void aFullBufferHoldsBackNeitherTheSafeMessageNorRevivesStaleOnes() throws Exception {
        rules(rule(NEVER, SHORT));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe("/cmd_vel", Twist.class, buffer(Overflow.BLOCK, 2), (body, message) -> {
            heard.add(message.withBody(body));
            busy.countDown();
            go.await();
        });
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        publisher.publish(GO);
        await(busy);
        publisher.publish(GO);
        publisher.publish(GO);
        Thread parked = new Thread(() -> publisher.publish(GO));
        parked.start();
        eventually().until(() -> endpoint(Kind.SUBSCRIPTION, "/cmd_vel").waiting() == 3);
        eventually().until(() -> endpoint(Kind.SUBSCRIPTION, "/cmd_vel").counters().received() == 4);
        go.countDown();
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());
        nothingFor(SHORT);
        // The parked one may have been refused by then.
        eventually().until(() -> dropped(Drop.EXPIRED) + dropped(Drop.REJECTED) == 3);
        assertThat(dropped(Drop.EXPIRED)).isGreaterThanOrEqualTo(2);
    }

    /** Without a lifespan of its own, a command of this runtime gets that of the rule. */
    @Test
    void aCommandThatWaitedTooLongIsNotHandled() throws Exception {
        rules(rule(SHORT, NEVER));
        CountDownLatch go = new CountDownLatch(1);
        BlockingQueue<Twist> handled = new LinkedBlockingQueue<>();
        bus.subscribe("/cmd_vel", Twist.class, Qos.DEFAULT, (body, message) -> {
            handled.add(body);
            go.await(SHORT.toMillis() * 2, TimeUnit.MILLISECONDS);
        });
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        publisher.publish(Twist.of(1, 0));
        publisher.publish(Twist.of(2, 0));
        eventually().until(() -> dropped(Drop.EXPIRED) == 1);
        assertThat(handled).containsExactly(Twist.of(1, 0));
    }

    /** Another runtime's command is as old as its time says, without any lifespan of its own. */
    @Test
    void aStaleCommandFromAWireIsDropped() throws Exception {
        Wire wire = overWire();
        rules(rule(Duration.ofMillis(500), NEVER));
        listen(Qos.DEFAULT);
        arrives(wire, "other/teleop/1", 1, 10_000);
        arrives(wire, "other/teleop/1", 2, 20);
        assertThat(take().sequence()).isEqualTo(2);
        assertThat(dropped(Drop.EXPIRED)).isEqualTo(1);
        nothingFor(SHORT);
    }

    /** What tells nothing of its age counts from its arrival, unless it may have waited for the link; or not at all. */
    @Test
    void whatTellsNothingOfItsAgeIsTreatedAsConfigured() throws Exception {
        Wire wire = overWire();
        rules(rule(Duration.ofMillis(300), NEVER));
        listen(Qos.DEFAULT);
        arrives(wire, "", 0, 0);
        eventually().until(() -> dropped(Drop.EXPIRED) == 1);
        eventually().until(() -> System.nanoTime() - hub.session().upSince() > 300_000_000L);
        arrives(wire, "", 0, 0);
        take();
        arrives(wire, "other/teleop/1", 1, -10_000);
        take();
        rules(new Rule("strict", Pattern.of("/*"), Duration.ofMillis(300), NEVER, new SafeMessage("", Map.of()), List.of(), true,
                true));
        arrives(wire, "", 0, 0);
        arrives(wire, "other/teleop/1", 2, -10_000);
        eventually().until(() -> dropped(Drop.EXPIRED) == 3);
        arrives(wire, "other/teleop/1", 3, 0);
        assertThat(take().sequence()).isEqualTo(3);
    }

    /** Only allowed senders; a local publisher is told, what comes from elsewhere is dropped and counted. */
    @Test
    void onlyAllowedSendersCommand() throws Exception {
        Wire wire = overWire();
        rules(rule(NEVER, NEVER, "robot/tester/*", "other/teleop/**"));
        listen(Qos.DEFAULT);
        arrives(wire, "other/game/1", 1, 0);
        arrives(wire, "not a name", 1, 0);
        arrives(wire, "", 0, 0);
        arrives(wire, "other/teleop/1", 1, 0);
        assertThat(take().source()).isEqualTo("other/teleop/1");
        eventually().until(() -> dropped(Drop.FORBIDDEN) == 3);
        bus.publisher("/cmd_vel", Twist.class).publish(GO);
        assertThat(take().body()).isEqualTo(GO);
        Publisher<Twist> stranger = hub.view("stranger", null).publisher("/cmd_vel", Twist.class);
        assertThatThrownBy(() -> join(stranger.publish(GO))).hasCauseInstanceOf(Rejected.class).hasMessageContaining("stranger");
        rules(rule(NEVER, NEVER, "robot/tester/*", ""));
        arrives(wire, "", 0, 0);
        assertThat(take().source()).isEmpty();
    }

    /** Held until reset: the safe message at once, then nothing, and nothing afterwards of what was sent before. */
    @Test
    void anEmergencyStopHoldsUntilItIsReset() throws Exception {
        Wire wire = overWire();
        rules(rule(NEVER, NEVER));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe("/cmd_vel", Twist.class, Qos.DEFAULT, (body, message) -> {
            heard.add(message.withBody(body));
            busy.countDown();
            go.await();
        });
        arrives(wire, "other/teleop/1", 1, 0);
        await(busy);
        arrives(wire, "other/teleop/1", 2, 0);
        eventually().until(() -> endpoint(Kind.SUBSCRIPTION, "/cmd_vel").waiting() == 1);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        hub.safety().stop("smoke");
        assertThatThrownBy(() -> join(publisher.publish(GO))).hasCauseInstanceOf(Rejected.class).hasMessageContaining("smoke");
        arrives(wire, "other/teleop/1", 3, 0);
        eventually().until(() -> dropped(Drop.STOPPED) == 1);
        hub.safety().release();
        go.countDown();
        assertThat(take().sequence()).isEqualTo(1);
        assertSafe(take());
        eventually().until(() -> dropped(Drop.STOPPED) == 2);
        arrives(wire, "other/teleop/1", 4, 0);
        assertThat(take().sequence()).isEqualTo(4);
        nothingFor(SHORT);
    }

    /** After a reset the very first command counts. */
    @Test
    void aResetLetsTheNextCommandThrough() throws Exception {
        rules(rule(NEVER, NEVER));
        listen(Qos.COMMAND);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        for (int i = 0; i < 20; i++) {
            hub.safety().stop("smoke");
            assertSafe(take());
            hub.safety().release();
            join(publisher.publish(GO));
            assertThat(take().body()).isEqualTo(GO);
        }
    }

    /** Several rules for one topic: the strictest of each holds. A pattern hears guarded and other topics. */
    @Test
    void rulesAddUpAndPatternsAreGuardedToo() throws Exception {
        rules(new Rule("all", Pattern.of("/**"), NEVER, NEVER, new SafeMessage("", Map.of()), List.of("robot/tester/*"), false, false),
                rule(NEVER, SHORT));
        join(bus.subscribe("/*", Object.class, Qos.DEFAULT, (body, message) -> heard.add(message)).ready());
        bus.publisher("/cmd_vel", Twist.class).publish(GO);
        bus.publisher("/other", Twist.class).publish(GO);
        assertThat(List.of(take().name(), take().name())).containsExactlyInAnyOrder(Name.of("/cmd_vel"), Name.of("/other"));
        Message safe = take();
        assertThat(safe.name()).isEqualTo(Name.of("/cmd_vel"));
        assertThat(safe.body()).isEqualTo(Map.of());
        nothingFor(SHORT.multipliedBy(2));
        assertThat(hub.safety().rule(Name.of("/cmd_vel")).orElseThrow().latches()).isTrue();
        rules();
        join(hub.view("stranger", null).publisher("/other", Twist.class).publish(GO));
        assertThat(take().source()).contains("stranger");
    }

    /** A safe message that does not fit its topic still stops: zeros are said. */
    @Test
    void aMisspeltSafeMessageIsZeros() throws Exception {
        rules(new Rule("typo", Pattern.of("/cmd_vel"), NEVER, SHORT, new SafeMessage("geometry_msgs/Twist", Map.of("liner", 1)),
                List.of(), true, false));
        listen(Qos.COMMAND);
        bus.publisher("/cmd_vel", Twist.class).publish(GO);
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());
    }

    /** A swap under a driver: neither the safe message in between nor anything stale after it. */
    @Test
    void aSwapNeitherHidesSilenceNorReplaysCommands() throws Exception {
        rules(rule(Duration.ofMillis(200), Duration.ofMillis(200)));
        listen(Qos.COMMAND);
        Publisher<Twist> publisher = bus.publisher("/cmd_vel", Twist.class);
        Wire wire = new Wire(2);
        wire.staysDown = true;
        Thread swap = new Thread(() -> hub.swap(wire, "wire", Map.of(), "test"));
        join(publisher.publish(GO));
        swap.start();
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());
        swap.join(SECONDS * 1000);
        assertThat(hub.provider()).isEqualTo("local");
        hub.swap(new LocalProvider(), "local", Map.of(), "test");
        nothingFor(SHORT);
        join(publisher.publish(GO));
        assertThat(take().body()).isEqualTo(GO);
        assertSafe(take());
        assertThat(Arrays.stream(heard.toArray())).isEmpty();
    }
}
