package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Lifetime;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.testkit.Line;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that are cut, systems that restart, participants that die: G2, G9, G10, G11. */
abstract class OutageContract extends Contract {
    private static final Duration FOREVER = Duration.ofMinutes(30);

    OutageContract(ProviderContract subject) {
        super(subject);
    }

    @Override
    boolean breaks() {
        return true;
    }

    @BeforeEach
    void needsLinesThatBreak() {
        if (!lineHere.breakable()) {
            notAsked("outages: the line can't break");
        }
    }

    private void cut(Line line, Bus bus) {
        line.cut();
        patiently().until(() -> bus.statistics().link() == LinkState.DOWN);
    }

    private void mend(Line line, Bus bus) {
        line.mend();
        patiently().until(() -> bus.statistics().link() == LinkState.UP);
    }

    /** G11: a user can see that it is down, and why. */
    @Test
    void an_outage_shows_with_its_reason() {
        assertThat(here.statistics().link()).isEqualTo(LinkState.UP);
        cut(lineHere, here);
        assertThat(here.statistics().detail()).isNotBlank().doesNotContain("\n");
        mend(lineHere, here);
    }

    /** G11: nobody registers anything again. */
    @Test
    void registrations_return_by_themselves() {
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Heard<Integer> any = subject.capabilities().can(Ability.PATTERNS)
                ? hear(here, name("*"), Integer.class, Qos.DEFAULT) : heard;
        boolean requests = subject.capabilities().can(Ability.REQUEST);
        if (requests) {
            ready(here.serve(name("double"), Integer.class, Integer.class,
                    (body, request) -> CompletableFuture.completedStage(2 * body)));
        }
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        done(publisher.publish(1));
        heard.await(1);

        for (int i = 2; i <= 4; i++) {
            cut(lineHere, here);
            mend(lineHere, here);
            done(publisher.publish(i));
            assertThat(heard.await(i)).isEqualTo(IntStream.rangeClosed(1, i).boxed().toList());
            assertThat(any.await(i)).isEqualTo(heard.bodies());
            if (requests) {
                assertThat(done(there.caller(name("double"), Integer.class, Integer.class).call(i))).isEqualTo(2 * i);
            }
        }
    }

    /** G11, G6: never hangs. */
    @Test
    void a_pending_call_fails_when_the_line_is_cut() {
        CountDownLatch asked = new CountDownLatch(1);
        ready(there.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            asked.countDown();
            return new CompletableFuture<>();
        }));
        Caller<Integer, Integer> caller = here.caller(name("a"), Integer.class, Integer.class);
        CompletableFuture<Integer> call = caller.call(1, FOREVER);
        patiently().until(() -> asked.getCount() == 0);
        cut(lineHere, here);

        assertThat(failure(call)).isInstanceOf(BusException.LinkLost.class);
        assertThat(failure(caller.call(2, FOREVER))).isInstanceOf(BusException.LinkLost.class);
        mend(lineHere, here);
    }

    /** G2, G11: the subscriber's line breaks while messages flow. */
    @Test
    void nothing_reliable_is_lost_while_the_subscriber_is_away() {
        losesNothing(lineHere, here);
    }

    /** G2, G11: the publisher's. */
    @Test
    void nothing_reliable_is_lost_while_the_publisher_is_away() {
        losesNothing(lineThere, there);
    }

    private void losesNothing(Line line, Bus cutOff) {
        if (refusedHolds()) {
            return;
        }
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        List<CompletionStage<Void>> accepted = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            accepted.add(publisher.publish(i));
        }
        line.cut();
        for (int i = 50; i < 100; i++) {
            accepted.add(publisher.publish(i));
        }
        patiently().until(() -> cutOff.statistics().link() == LinkState.DOWN);
        for (int i = 100; i < 150; i++) {
            accepted.add(publisher.publish(i));
        }
        mend(line, cutOff);
        for (int i = 150; i < 200; i++) {
            accepted.add(publisher.publish(i));
        }

        assertThat(heard.await(200)).isEqualTo(IntStream.range(0, 200).boxed().toList());
        accepted.forEach(this::done);
    }

    private boolean refusedHolds() {
        if (subject.capabilities().can(Ability.HOLDS)) {
            return false;
        }
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        cut(lineThere, there);
        assertThat(failure(publisher.publish(1))).isInstanceOf(BusException.LinkLost.class);
        mend(lineThere, there);
        subject.notAsked("HOLDS: refused, as stated");
        return true;
    }

    /** A stale command must not move a robot. */
    @Test
    void what_outlived_its_lifespan_in_an_outage_is_not_delivered() {
        if (refusedHolds()) {
            return;
        }
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> fleeting =
                there.publisher(name("a"), Integer.class, Qos.DEFAULT.lifespan(Duration.ofMillis(200)));
        Publisher<Integer> lasting = there.publisher(name("a"), Integer.class);
        for (boolean publishersLine : List.of(true, false)) {
            int before = heard.bodies().size();
            Line line = publishersLine ? lineThere : lineHere;
            Bus bus = publishersLine ? there : here;
            cut(line, bus);
            fleeting.publish(-1);
            lasting.publish(before);
            long stale = System.nanoTime() + Duration.ofMillis(300).toNanos();
            patiently().until(() -> System.nanoTime() - stale > 0);
            mend(line, bus);
            heard.await(before + 1);
        }

        assertThat(heard.bodies()).containsExactly(0, 1);
    }

    /** G9: the differences, then synced again, nothing twice. */
    @Test
    void a_watch_is_told_what_changed_meanwhile() {
        if (refused(Ability.WATCH, () -> here.watch(name("a"), Object.class, seen()).ready())) {
            return;
        }
        for (String key : List.of("same", "changed", "gone")) {
            done(there.put(name(key), 1, Lifetime.DURABLE));
            closing(() -> done(there.remove(name(key))));
        }
        Seen seen = seen();
        ready(here.watch(name("*"), Object.class, seen));
        seen.await(all -> all.size() == 4);
        cut(lineHere, here);
        done(there.put(name("changed"), 2, Lifetime.DURABLE));
        done(there.remove(name("gone")));
        done(there.put(name("new"), 3, Lifetime.DURABLE));
        closing(() -> done(there.remove(name("new"))));
        mend(lineHere, here);

        seen.await(all -> all.size() >= 8);
        assertThat(seen.events().subList(4, 7)).containsExactlyInAnyOrder(name("changed") + "=2", "-" + name("gone"),
                name("new") + "=3");
        assertThat(seen.events().get(7)).isEqualTo(Seen.SYNCED);
        done(there.put(name("same"), 4, Lifetime.DURABLE));
        seen.await(all -> all.contains(name("same") + "=4"));
        assertThat(seen.events()).hasSize(9);
    }

    /** G10: within the time of detection, and never back by itself. */
    @Test
    void an_ephemeral_key_ends_when_its_owner_dies() {
        if (refused(Ability.EPHEMERAL, () -> here.put(name("k/a"), 1, Lifetime.EPHEMERAL))) {
            return;
        }
        Seen seen = seen();
        ready(here.watch(name("k/*"), Object.class, seen));
        Line line = closing(subject.line());
        TestBus dying = closing(TestBus.open(subject.context(), subject.provider(), line.properties(), patience));
        done(dying.bus().put(name("k/mine"), 1, Lifetime.EPHEMERAL));
        seen.await(all -> all.contains(name("k/mine") + "=1"));
        line.cut();

        Awaitility.await().atMost(subject.detection()).until(() -> seen.events().contains("-" + name("k/mine")));
        assertThat(done(here.get(name("k/mine"), Integer.class))).isEmpty();
        done(there.put(name("k/after"), 2, Lifetime.EPHEMERAL));
        seen.await(all -> all.contains(name("k/after") + "=2"));
        assertThat(seen.now()).doesNotContainKey(name("k/mine"));
    }

    /** G7: a dead server's name is free. */
    @Test
    void a_service_is_free_when_its_owner_dies() {
        if (!subject.capabilities().can(Ability.REQUEST)) {
            notAsked("the name of a dead service: REQUEST is refused");
        }
        Line line = closing(subject.line());
        TestBus dying = closing(TestBus.open(subject.context(), subject.provider(), line.properties(), patience));
        ready(dying.bus().serve(name("a"), Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedStage(body)));
        line.cut();

        Awaitility.await().atMost(subject.detection().plus(patience)).ignoreExceptionsInstanceOf(BusException.class)
                .untilAsserted(() -> {
                    var second = here.serve(name("a"), Integer.class, Integer.class,
                            (body, request) -> CompletableFuture.completedStage(-body));
                    try {
                        done(second.ready());
                    } catch (BusException taken) {
                        second.close();
                        throw taken;
                    }
                });
        assertThat(done(there.caller(name("a"), Integer.class, Integer.class).call(1))).isEqualTo(-1);
    }

    /** G11, G10: an owner that returns has its keys again. */
    @Test
    void an_ephemeral_key_returns_with_its_owner() {
        if (refused(Ability.EPHEMERAL, () -> here.put(name("k/a"), 1, Lifetime.EPHEMERAL))) {
            return;
        }
        done(there.put(name("k/mine"), 1, Lifetime.EPHEMERAL));
        cut(lineThere, there);
        Awaitility.await().atMost(subject.detection())
                .until(() -> done(here.get(name("k/mine"), Integer.class)).isEmpty());
        mend(lineThere, there);

        patiently().until(() -> done(here.get(name("k/mine"), Integer.class)).isPresent());
    }

    /** G11: a line that breaks again and again. */
    @Test
    void a_flapping_line_loses_and_doubles_nothing() {
        if (refusedHolds()) {
            return;
        }
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        closing(() -> over.set(true));
        CompletableFuture<Void> publishing = start(() -> {
            while (!over.get()) {
                done(publisher.publish(sent.getAndIncrement()));
            }
        });
        for (int i = 0; i < 6; i++) {
            int from = sent.get() + 5;
            patiently().until(() -> sent.get() >= from);
            Line line = i % 2 == 0 ? lineHere : lineThere;
            line.cut();
            mend(line, i % 2 == 0 ? here : there);
        }
        over.set(true);
        done(publishing);

        assertThat(heard.await(sent.get())).isEqualTo(IntStream.range(0, sent.get()).boxed().toList());
        assertThat(dropped(name("a"), Drop.LINK_DOWN)).isZero();
    }

    /** G2, G11: what had been accepted survives a restart of the system itself. */
    @Test
    void nothing_accepted_is_lost_when_the_system_restarts() {
        Runnable restart = subject.restart().orElse(null);
        if (restart == null) {
            notAsked("a restart of the system: no hook");
            return;
        }
        if (refusedHolds()) {
            return;
        }
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        closing(() -> over.set(true));
        List<CompletionStage<Void>> accepted = new ArrayList<>();
        CompletableFuture<Void> publishing = start(() -> {
            while (!over.get() && sent.get() < 20_000) {
                accepted.add(publisher.publish(sent.getAndIncrement()));
            }
        });
        heard.await(100);
        restart.run();
        patiently().until(() -> here.statistics().link() == LinkState.UP && there.statistics().link() == LinkState.UP);
        over.set(true);
        done(publishing);
        accepted.forEach(this::done);

        assertThat(heard.await(sent.get())).isEqualTo(IntStream.range(0, sent.get()).boxed().toList());
    }
}
