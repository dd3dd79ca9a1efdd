package io.anole.supervisor.tests;

import static io.anole.supervisor.tests.Bench.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Publisher;
import io.anole.bus.Statistics;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.process.Letter;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.supervisor.ProcessUpdates;
import io.anole.supervisor.Update;
import io.anole.supervisor.Update.Trial;
import io.anole.supervisor.tests.Counter.Count;
import io.anole.supervisor.tests.Counter.Tick;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Design section 5, process update: real bundles replaced by others under their processes. */
class HandOverIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Trial TRIAL = new Trial(2, 0, Duration.ofSeconds(5));
    private static final CounterBundle ONE = new CounterBundle(1, "1,2");
    private static final CounterBundle TWO = new CounterBundle(2, "1,2");

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    @InjectService(timeout = 5000)
    ProcessUpdates updates;
    @InjectService(timeout = 5000)
    Participants participants;
    private final Queue<Object> told = new ConcurrentLinkedQueue<>();
    private Bench bench;
    private ParticipantBus bus;
    private Publisher<Tick> ticks;
    private Caller<Long, Count> caller;
    private Bundle guest;

    @BeforeEach
    void open() throws Exception {
        System.getProperties().put(Counter.class.getName(), told);
        bench = new Bench(configurations, supervisor);
        within(SOON).until(() -> context.getServiceReference(io.anole.bus.Bus.class) != null);
        bus = participants.open("main", "tester", null);
        ticks = bus.publisher("/ticks", Tick.class);
        caller = bus.caller("/counter/count", Long.class, Count.class);
        guest = context.installBundle("test:counter", ONE.jar());
        guest.start();
        bench.state("counter", State.ACTIVE);
    }

    @AfterEach
    void close() throws Exception {
        guest.uninstall();
        bus.close();
        within(Duration.ofSeconds(15)).until(() -> supervisor.process("counter").isEmpty());
        bench.close();
    }

    /** What the deployer does, without what it does besides. */
    private void replace(CounterBundle next) throws Exception {
        replace(guest, next);
    }

    private void replace(Bundle bundle, CounterBundle next) throws Exception {
        bundle.stop();
        bundle.update(next.jar());
        refresh(bundle);
        bundle.start();
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        FrameworkListener listener = event -> refreshed.countDown();
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class).refreshBundles(Set.of(bundle), listener);
        assertThat(refreshed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void done(CompletionStage<Void> stage) {
        assertThat(stage.toCompletableFuture()).succeedsWithin(SOON);
    }

    private static String failure(CompletionStage<Void> stage) {
        assertThat(stage.toCompletableFuture()).failsWithin(SOON);
        return stage.toCompletableFuture().handle((nothing, error) -> error.getMessage()).join()
                .replaceFirst("^java.lang.IllegalStateException: ", "");
    }

    private Count count() {
        return caller.call(0L, SOON).orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Each tick so often and in order; between ticks and requests there is none. */
    private void counted(long expected) {
        within(SOON).untilAsserted(() -> assertThat(count().ticks()).isEqualTo(expected));
        assertThat(count().trouble()).isEmpty();
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(ticks.publish(new Tick(i)).toCompletableFuture()).succeedsWithin(SOON);
        }
    }

    /** What the counter has told, but for its pauses. */
    private List<Object> story() {
        return told.stream().filter(String.class::isInstance).toList();
    }

    private Update update() {
        return updates.begin(List.of(guest));
    }

    // Issue's "Shown by": a counter continues its count exactly; pause; old class loaders go
    @Test
    void a_counter_continues_over_a_hundred_updates_under_load_and_nothing_is_lost_doubled_or_out_of_order() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Long> published = CompletableFuture.supplyAsync(() -> publish(over));
        CompletableFuture<Long> called = CompletableFuture.supplyAsync(() -> call(over));
        Script correspondent = Script.of("correspondent");
        correspondent.life = mail -> {
            if (!over.get()) {
                correspondent.seen.add(mail.send(Letter.to("counter", "n", (long) correspondent.lives.get())));
            }
        };
        bench.active("correspondent", Map.of("process.frequency.hz", 200));
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

        for (int i = 1; i <= 100; i++) {
            loaders.add(new WeakReference<>(guest.adapt(BundleWiring.class).getClassLoader()));
            Update update = update();
            done(update.handOver());
            replace(new CounterBundle(i % 2 + 1, "1,2"));
            done(update.settled(TRIAL));
            update.commit();
            told.removeIf(String.class::isInstance);
        }
        over.set(true);
        long ticksSent = published.get(20, TimeUnit.SECONDS);
        long requestsSent = called.get(20, TimeUnit.SECONDS);
        supervisor.stop("correspondent").get(10, TimeUnit.SECONDS);

        assertThat(correspondent.seen).allSatisfy(
                sent -> assertThat((CompletableFuture<?>) sent).succeedsWithin(Duration.ofSeconds(10)));
        within(SOON).untilAsserted(() -> {
            Count count = count();
            assertThat(count.trouble()).isEmpty();
            assertThat(count.ticks()).isEqualTo(ticksSent);
            assertThat(count.mails()).isEqualTo(correspondent.seen.size());
            assertThat(count.requests()).isEqualTo(requestsSent);
        });
        assertThat(dropped()).isEmpty();
        List<Duration> pauses = told.stream().filter(Duration.class::isInstance).map(Duration.class::cast).sorted().toList();
        assertThat(pauses).hasSize(100);
        System.out.printf("100 updates of a process under %d ticks, %d mails, %d requests: pause p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
                ticksSent, correspondent.seen.size(), requestsSent, millis(pauses.get(49)), millis(pauses.get(98)),
                millis(pauses.get(99)));
        if (Boolean.getBoolean("anole.soak")) {
            assertThat(millis(pauses.get(98))).as("pause in ms, p99").isLessThanOrEqualTo(50);
        }
        within(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
        });
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    /** What was dropped by a bus, but for the graph's own state. */
    private Map<Statistics.Drop, Long> dropped() {
        return bus.statistics().total().dropped();
    }

    private long publish(AtomicBoolean over) {
        long sent = 0;
        long next = System.nanoTime();
        while (!over.get()) {
            ticks.publish(new Tick(++sent)).toCompletableFuture().join();
            next += 1_000_000;
            LockSupport.parkNanos(next - System.nanoTime());
        }
        return sent;
    }

    private long call(AtomicBoolean over) {
        long sent = 0;
        while (!over.get()) {
            caller.call(1L, SOON).join();
            sent++;
            LockSupport.parkNanos(5_000_000);
        }
        return sent;
    }

    // The manifest tells; the old one is never stopped
    @Test
    void a_schema_that_does_not_fit_is_refused_before_anything_stops() {
        tick(3);
        assertThat(updates.refusal(guest, TWO.manifest())).isEmpty();
        assertThat(updates.refusal(guest, new CounterBundle(2, "2").manifest())).hasValueSatisfying(line -> assertThat(line)
                .isEqualTo("process 'counter' has a state of version 1 to hand over, and the new version takes [2] only; "
                        + "let it accept 1 in its @StateSchema, or stop the process first"));
        assertThat(updates.processesOf(guest)).extracting(ProcessInfo::name).containsExactly("counter");
        counted(3);
        assertThat(told).containsExactly("birth 1");
    }

    // A deployer that does not ask is told when the successor is born
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "take-throws | 1,2 | birth: take-over: IllegalStateException: I count in dozens",
            "''          | 2   | birth: take-over: it takes states of version [2], and its predecessor gave version 1",
            "birth-throws| 1,2 | birth: IllegalStateException: no lidar on /dev/ttyUSB0"})
    void a_successor_that_fails_is_told_in_one_line_and_the_former_version_comes_back_with_its_state(String mode, String accepts,
            String reason) throws Exception {
        tick(5);
        Update update = update();
        assertThat(update.processes()).containsExactly("counter");
        done(update.handOver());
        replace(new CounterBundle(2, accepts).mode(mode));
        assertThat(failure(update.settled(TRIAL))).isEqualTo("process 'counter' failed: " + reason);
        tick(5);
        rollBack(update, 10);
    }

    private void rollBack(Update update, long ticksSent) throws Exception {
        rollBack(update, ticksSent, 1000);
    }

    private void rollBack(Update update, long ticksSent, long mostMillis) throws Exception {
        long before = System.nanoTime();
        update.restore();
        replace(ONE);
        done(update.settled(TRIAL));
        update.commit();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
        counted(ticksSent);
        assertThat(dropped()).isEmpty();
        assertThat(millis).as("ms to roll back").isLessThan(mostMillis);
    }

    @Test
    void a_successor_that_works_badly_is_told_and_what_it_was_given_goes_back_to_the_former_version() throws Exception {
        tick(5);
        Update update = update();
        done(update.handOver());
        replace(TWO.mode("life-throws"));
        assertThat(failure(update.settled(TRIAL)))
                .matches("process 'counter' has had \\d+ errors, the last: life: IllegalStateException: wheel fell off");
        rollBack(update, 5);
        assertThat(story()).containsExactly("birth 1", "give 1", "death 1", "birth 2", "take 2", "death 2", "birth 1",
                "take 1");
    }

    // All or none: one of two can't take over, and both former versions go on with what they had
    @ParameterizedTest
    @CsvSource({"''", "take-throws"})
    void several_processes_are_updated_together(String mode) throws Exception {
        CounterBundle first = ONE.process("second");
        Bundle second = context.installBundle("test:second", first.jar());
        try {
            second.start();
            bench.state("second", State.ACTIVE);
            tick(5);
            Update update = updates.begin(List.of(guest, second));
            assertThat(update.processes()).containsExactlyInAnyOrder("counter", "second");
            done(update.handOver());
            // What a successor has handled that is taken back is gone with it.
            int meanwhile = mode.isEmpty() ? 5 : 0;
            replace(TWO);
            tick(meanwhile);
            replace(second, TWO.process("second").mode(mode));
            if (mode.isEmpty()) {
                done(update.settled(TRIAL));
            } else {
                assertThat(failure(update.settled(TRIAL)))
                        .isEqualTo("process 'second' failed: birth: take-over: IllegalStateException: I count in dozens");
                update.restore();
                replace(second, first);
                replace(ONE);
                done(update.settled(TRIAL));
            }
            update.commit();
            tick(5);
            counted(10 + meanwhile);
            Caller<Long, Count> other = bus.caller("/second/count", Long.class, Count.class);
            within(SOON).untilAsserted(() -> {
                Count count = other.call(0L, SOON).orTimeout(20, TimeUnit.SECONDS).join();
                assertThat(count.ticks()).isEqualTo(10 + meanwhile);
                assertThat(count.trouble()).isEmpty();
            });
            assertThat(dropped()).isEmpty();
        } finally {
            second.uninstall();
            within(Duration.ofSeconds(15)).until(() -> supervisor.process("second").isEmpty());
        }
    }

    // The second one hangs even when it is interrupted: SCR then waits for its own bound of 5 s
    @ParameterizedTest
    @CsvSource({"birth-hangs, 1000", "birth-hangs-for-good, 6500"})
    void a_birth_that_hangs_is_told_and_rolled_back(String mode, long mostMillis) throws Exception {
        tick(5);
        Update update = update();
        done(update.handOver());
        replace(TWO.mode(mode));
        assertThat(failure(update.settled(new Trial(1, 0, Duration.ofMillis(500)))))
                .isEqualTo("process 'counter' is still in its birth within 0.5 s");
        tick(5);
        rollBack(update, 10, mostMillis);

        // Should the birth end after all, nobody else notices.
        within(Duration.ofSeconds(15)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("process counter")).count() == 1);
        tick(3);
        counted(13);
        assertThat(bench.active("sender").mail.send(Letter.to("counter", "n", 1L))).succeedsWithin(SOON);
        within(SOON).untilAsserted(() -> assertThat(count().mails()).isEqualTo(1));
        assertThat(story()).doesNotContain("take 2");
    }

    @Test
    void a_process_that_does_not_come_back_is_told_with_what_it_waits_for() throws Exception {
        tick(5);
        Update update = update();
        done(update.handOver());
        replace(TWO.needs("org.example.Wheels"));
        assertThat(failure(update.settled(new Trial(1, 0, Duration.ofMillis(500)))))
                .isEqualTo("process 'counter' did not come back within 0.5 s: it waits for its references [needed]");
        assertThat(supervisor.process("counter").orElseThrow().state()).isEqualTo(State.UNCONFIGURED);
        rollBack(update, 5);
    }

    /** Nobody waits for it, whether it is dropped by a next version or brought by one that is rolled back. */
    @Test
    void a_process_that_another_version_does_not_have_ends() throws Exception {
        Update update = update();
        done(update.handOver());
        replace(TWO.process("abacus"));
        done(update.settled(TRIAL));
        update.commit();
        assertThat(supervisor.process("counter")).isEmpty();
        bench.state("abacus", State.ACTIVE);

        Update back = updates.begin(Set.of(guest));
        done(back.handOver());
        replace(ONE);
        done(back.settled(TRIAL));
        back.commit();
        assertThat(supervisor.process("abacus")).isEmpty();
        bench.state("counter", State.ACTIVE);
        counted(0);
    }

    @Test
    void a_process_that_can_t_give_its_state_goes_on() throws Exception {
        Update first = update();
        replace(TWO.mode("give-throws"));
        done(first.settled(TRIAL));
        first.commit();
        tick(4);
        Update update = update();
        assertThat(failure(update.handOver()))
                .isEqualTo("process 'counter' does not hand over its state: hand-over: IllegalStateException: half way through");
        update.commit();
        counted(4);
        assertThat(supervisor.process("counter").orElseThrow().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void an_update_that_comes_to_nothing_lets_its_processes_go_on() throws Exception {
        tick(2);
        Update update = update();
        done(update.handOver());
        CompletableFuture<Count> waiting = caller.call(1L, SOON);
        tick(2);
        assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        update.commit();
        assertThat(waiting).succeedsWithin(SOON);
        counted(4);
        assertThat(told).containsExactly("birth 1", "give 1");
    }

    // Requests wait instead of failing NoProvider; mail waits, bounded; what nobody adopts goes at the end, counted
    @Test
    void requests_and_mail_wait_and_what_nobody_adopts_is_dropped_at_the_end() throws Exception {
        Script sender = bench.active("sender");
        Update update = update();
        guest.stop();
        CompletableFuture<Count> waiting = caller.call(7L, SOON);
        tick(3);
        CompletableFuture<?> mailed = sender.mail.send(Letter.to("counter", "n", 1L));
        assertThat(mailed).succeedsWithin(SOON);
        assertThat(waiting).isNotDone();
        guest.update(TWO.jar());
        guest.start();
        done(update.settled(TRIAL));
        assertThat(waiting).succeedsWithin(SOON).satisfies(count -> assertThat(count.requests()).isEqualTo(7));
        within(SOON).untilAsserted(() -> assertThat(count().mails()).isEqualTo(1));
        counted(3);
        update.commit();

        Update deaf = update();
        replace(TWO.mode("deaf"));
        done(deaf.settled(TRIAL));
        tick(2);
        CompletableFuture<Count> nobody = caller.call(7L, SOON);
        assertThat(endpoints()).isEqualTo(2);
        deaf.commit();
        assertThat(nobody).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(BusException.NoProvider.class);
        assertThat(endpoints()).isZero();
        assertThat(dropped()).containsEntry(Statistics.Drop.CLOSED, 3L);
    }

    /** Subscriptions and services of the counter that others see. */
    private long endpoints() {
        return bus.statistics().endpoints().stream().filter(each -> each.owner().equals("counter")
                && (each.name().equals("/ticks") || each.name().equals("/counter/count"))).count();
    }

    // Without anybody who begins an update: the web console, the shell
    @Test
    void a_bundle_replaced_by_hand_hands_over_too() throws Exception {
        tick(3);
        guest.update(TWO.jar());
        tick(2);
        bench.state("counter", State.ACTIVE);
        counted(5);
        assertThat(story()).containsExactly("birth 1", "give 1", "death 1", "birth 2", "take 2");
        assertThat(dropped()).isEmpty();
    }

    @Test
    void a_plain_restart_begins_anew() throws Exception {
        tick(3);
        supervisor.restart("counter").get(10, TimeUnit.SECONDS);
        assertThat(count().ticks()).isZero();
        assertThat(told).containsExactly("birth 1", "death 1", "birth 1");
    }

    @Test
    void a_bundle_is_in_one_update_at_a_time() {
        Update update = update();
        assertThatThrownBy(this::update).isInstanceOf(IllegalStateException.class)
                .hasMessage("bundle guest.counter 1.0.0 is being updated already");
        update.commit();
        update().commit();
        assertThat(told).containsExactly("birth 1");
    }
}
