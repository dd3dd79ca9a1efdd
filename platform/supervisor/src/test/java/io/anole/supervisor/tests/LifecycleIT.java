package io.anole.supervisor.tests;

import static io.anole.supervisor.tests.Bench.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Registration;
import io.anole.core.SafetyGate;
import io.anole.process.Filter;
import io.anole.process.Letter;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Births, lives and deaths of real DS components. */
class LifecycleIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    @InjectService(timeout = 5000)
    SafetyGate gate;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(configurations, supervisor);
    }

    @AfterEach
    void close() throws Exception {
        gate.reset(true).get();
        bench.close();
    }

    // PC-11 to PC-14
    @Test
    void a_process_is_born_lives_at_its_frequency_and_dies_on_its_own_thread() throws Exception {
        Script script = Script.of("one");
        bench.process("one", Map.of("process.frequency.hz", 50.0));

        within(SOON).until(() -> script.lives.get() >= 10);
        ProcessInfo info = supervisor.stop("one").get();

        assertThat(info.state()).isEqualTo(State.INACTIVE);
        assertThat(info.reason()).isEqualTo("stopped");
        assertThat(script.births).hasValue(1);
        assertThat(script.deaths).hasValue(1);
        assertThat(script.threads).extracting(Thread::getName).containsOnly("process one");
        assertThat(script.threads).containsOnly(script.threads.get(0));
        assertThat(script.overlap).hasValue(1);
        assertThat(info.births()).isEqualTo(1);
        assertThat(info.deaths()).isEqualTo(1);
    }

    // PC-12: periods do not add up to the run time; B-PC-17
    @Test
    void cycles_keep_to_their_rate_without_drift() throws Exception {
        Script script = Script.of("steady");
        script.life = mail -> script.seen.add(System.nanoTime());
        bench.active("steady", Map.of("process.frequency.hz", 100));

        within(SOON).until(() -> script.seen.size() >= 100);

        ProcessInfo info = bench.info("steady");
        long first = (long) script.seen.get(0);
        long last = (long) script.seen.get(99);
        double periods = (last - first) / 1e7;
        // What was missed on a busy machine is counted, and nothing else is late; but the first and the last by less than a period.
        assertThat(periods).isBetween(98.0, 100.0 + info.missed());
    }

    // PC-12: what a slow cycle misses is skipped, not made up
    @Test
    void missed_cycles_are_counted_and_never_come_in_a_burst() throws Exception {
        Script script = Script.of("slow");
        script.life = mail -> {
            script.seen.add(System.nanoTime());
            if (script.lives.get() == 1) {
                assertThat(new CountDownLatch(1).await(525, TimeUnit.MILLISECONDS)).isFalse();
            }
        };
        bench.active("slow", Map.of("process.frequency.hz", 20));

        within(SOON).until(() -> script.seen.size() >= 4);
        assertThat(bench.info("slow").missed()).isGreaterThanOrEqualTo(10);
        for (int i = 2; i < 4; i++) {
            assertThat((long) script.seen.get(i) - (long) script.seen.get(i - 1)).isGreaterThan(20_000_000);
        }
    }

    // PC-12
    @Test
    void a_throwing_life_is_counted_and_goes_on() throws Exception {
        Script script = Script.of("clumsy");
        script.life = mail -> {
            throw new IllegalStateException("wheel fell off");
        };
        bench.active("clumsy", Map.of("process.frequency.hz", 100));

        within(SOON).until(() -> bench.info("clumsy").errors() >= 3);
        ProcessInfo info = bench.info("clumsy");
        assertThat(info.state()).isEqualTo(State.ACTIVE);
        assertThat(info.lastError()).isEqualTo("life: IllegalStateException: wheel fell off");
        assertThat(script.births).hasValue(1);
    }

    // PC-11, B-PC-13
    @Test
    void a_failed_birth_is_a_state_with_a_reason_and_hurts_nobody_else() throws Exception {
        Script other = bench.active("other");
        Script script = Script.of("unborn");
        script.birth = mail -> {
            throw new IllegalStateException("no lidar on /dev/ttyUSB0");
        };
        bench.process("unborn", Map.of("process.restart.policy", "TEMPORARY"));

        ProcessInfo info = bench.state("unborn", State.FINALIZED);
        assertThat(info.reason()).isEqualTo("birth: IllegalStateException: no lidar on /dev/ttyUSB0");
        assertThat(info.thread()).isEmpty();
        assertThat(script.deaths).hasValue(0);
        assertThat(supervisor.start("unborn")).failsWithin(SOON).withThrowableThat()
                .withMessageContaining("no lidar on /dev/ttyUSB0");
        assertThat(other.mail.send(Letter.to("unborn", "hi", null))).failsWithin(SOON).withThrowableThat()
                .withCauseInstanceOf(BusException.NoProvider.class);
        int lives = other.lives.get();
        within(SOON).until(() -> other.lives.get() > lives + 3);
    }

    @Test
    void a_process_says_what_it_is_at_and_that_it_has_failed() throws Exception {
        Script script = Script.of("driver");
        CountDownLatch open = new CountDownLatch(1);
        script.birth = mail -> {
            mail.status("waits\nfor its device");
            assertThat(open.await(10, TimeUnit.SECONDS)).isTrue();
            mail.status("has its device");
        };
        bench.process("driver", Map.of("process.restart.policy", "TEMPORARY"));

        within(SOON).until(() -> bench.info("driver").reason().equals("waits for its device"));
        assertThat(bench.info("driver").state()).isEqualTo(State.ACTIVATING);
        open.countDown();
        assertThat(bench.state("driver", State.ACTIVE).reason()).isEqualTo("has its device");
        script.mail.fail("the device is gone");
        assertThat(bench.state("driver", State.FINALIZED).reason()).isEqualTo("the device is gone");
        assertThat(script.deaths).hasValue(1);
    }

    @Test
    void one_that_fails_in_its_birth_is_not_born_for_those_who_start_it() throws Exception {
        Script script = Script.of("driver");
        script.birth = mail -> mail.fail("no device");
        bench.process("driver", Map.of("process.autostart", false, "process.restart.intensity", 1));

        assertThat(supervisor.start("driver")).failsWithin(SOON).withThrowableThat()
                .withMessageContaining("process 'driver' does not start: no device; not restarted again after 1 times");
        assertThat(script.births).hasValue(2);
        assertThat(script.deaths).hasValue(2);
    }

    @Test
    void a_restart_waits_for_its_delay_and_says_so_and_a_command_does_not_wait() throws Exception {
        Script script = Script.of("driver");
        script.birth = mail -> mail.fail("no device");
        bench.process("driver", Map.of("process.restart.delaySeconds", 60, "process.restart.maxDelaySeconds", 60));

        within(SOON).untilAsserted(
                () -> assertThat(bench.info("driver").reason()).isEqualTo("is restarted in 60.0 s: no device"));
        assertThat(bench.info("driver").state()).isEqualTo(State.INACTIVE);
        assertThat(script.births).hasValue(1);
        script.birth = mail -> { };
        assertThat(supervisor.start("driver")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.ACTIVE);
        assertThat(script.births).hasValue(2);
    }

    @Test
    void one_that_gives_up_is_not_restarted_by_its_policy_but_by_command() throws Exception {
        Script script = Script.of("driver");
        script.birth = mail -> mail.giveUp("its port is called 'Ÿ'");
        bench.process("driver", Map.of("process.restart.policy", "PERMANENT"));

        assertThat(bench.state("driver", State.FINALIZED).reason()).isEqualTo("its port is called 'Ÿ'");
        assertThat(script.births).hasValue(1);
        script.birth = mail -> { };
        assertThat(supervisor.start("driver")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.ACTIVE);
    }

    // G7: a router keeps the names of a runtime that was killed for a while
    @Test
    void a_process_whose_name_is_taken_on_the_bus_gets_its_mail_as_soon_as_it_is_free() throws Exception {
        Script other = bench.active("other");
        Registration taken = other.mail.serve("/mail/process/late", Object.class, Object.class,
                (body, request) -> CompletableFuture.completedFuture(body));
        taken.ready().toCompletableFuture().get(5, TimeUnit.SECONDS);
        Script late = Script.of("late");
        late.birth = mail -> mail.on(Filter.subject("hi"), each -> late.seen.add(each.subject()));
        bench.process("late", Map.of());
        assertThat(bench.state("late", State.ACTIVE).reason()).startsWith("it gets no mail: Conflict: ");

        taken.close();

        within(SOON).until(() -> bench.info("late").reason().isEmpty());
        assertThat(other.mail.send(Letter.to("late", "hi", null))).succeedsWithin(SOON);
        within(SOON).until(() -> late.seen.contains("hi"));
    }

    @Test
    void a_factory_configuration_names_its_process() throws Exception {
        assertThat(supervisor.processes()).extracting(ProcessInfo::name).doesNotContain(Probe.class.getName());
        Script script = Script.of("null");
        bench.configure(Probe.PID, "lidar", Map.of());

        within(SOON).until(() -> script.lives.get() > 0);
        assertThat(bench.state("lidar", State.ACTIVE).births()).isEqualTo(1);
    }

    // PC-08, PC-18
    @Test
    void one_without_autostart_starts_on_demand_and_restarts_once_more_each() throws Exception {
        Script script = Script.of("lazy");
        Script other = bench.active("other");
        bench.process("lazy", Map.of("process.autostart", false));
        assertThat(bench.info("lazy").state()).isEqualTo(State.INACTIVE);
        assertThat(script.births).hasValue(0);

        assertThat(supervisor.start("lazy")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.ACTIVE);
        assertThat(supervisor.start("lazy")).succeedsWithin(SOON).extracting(ProcessInfo::births).isEqualTo(1L);
        assertThat(supervisor.restart("lazy")).succeedsWithin(SOON).extracting(ProcessInfo::births).isEqualTo(2L);
        assertThat(script.births).hasValue(2);
        assertThat(script.deaths).hasValue(1);
        assertThat(supervisor.stop("lazy")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(script.deaths).hasValue(2);
        assertThat(other.births).hasValue(1);
        assertThat(other.deaths).hasValue(0);
        assertThat(supervisor.start("nobody")).failsWithin(SOON).withThrowableThat()
                .withCauseInstanceOf(java.util.NoSuchElementException.class);
    }

    // PC-08, B-PC-5: the result of a stop is the truth, also when it is sad
    @Test
    void a_stuck_process_is_reported_and_its_state_follows_when_it_ends() throws Exception {
        Script script = Script.of("stuck");
        CountDownLatch mercy = new CountDownLatch(1);
        script.life = mail -> uninterruptibly(mercy);
        bench.active("stuck", Map.of("process.stopSeconds", 0.2));
        within(SOON).until(() -> script.lives.get() == 1);
        Script other = bench.active("other");

        ProcessInfo info = supervisor.stop("stuck").get(5, TimeUnit.SECONDS);
        assertThat(info.state()).isEqualTo(State.DEACTIVATING);
        assertThat(info.reason()).contains("has not ended within 0.2 s");
        assertThat(info.thread()).isEqualTo("process stuck");
        assertThat(script.deaths).hasValue(0);
        assertThat(supervisor.stop("other")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(other.deaths).hasValue(1);

        mercy.countDown();
        bench.state("stuck", State.INACTIVE);
        assertThat(script.deaths).hasValue(1);
        assertThat(script.overlap).hasValue(1);
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                Thread.interrupted();
            }
        }
    }

    // PC-17: a second stop does not wait for the bound
    @Test
    void a_second_stop_interrupts() throws Exception {
        Script script = Script.of("sleepy");
        script.life = mail -> new CountDownLatch(1).await();
        bench.active("sleepy", Map.of("process.stopSeconds", 600));
        within(SOON).until(() -> script.lives.get() == 1);

        var first = supervisor.stop("sleepy");
        within(SOON).until(() -> !script.mail.active());
        assertThat(first).isNotDone();
        assertThat(supervisor.stop("sleepy")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(first).succeedsWithin(SOON);
        assertThat(script.deaths).hasValue(1);
    }

    // PC-09: slow death is waited for, a longer one reported; B-PC-12: death is always attempted
    @Test
    void a_slow_death_is_waited_for_within_its_bound() throws Exception {
        Script patient = Script.of("patient");
        patient.death = mail -> assertThat(new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS)).isFalse();
        Script endless = Script.of("endless");
        CountDownLatch mercy = new CountDownLatch(1);
        endless.death = mail -> uninterruptibly(mercy);
        bench.active("patient");
        bench.active("endless", Map.of("process.stopSeconds", 0.2));

        assertThat(supervisor.stop("patient").get().state()).isEqualTo(State.INACTIVE);
        ProcessInfo late = supervisor.stop("endless").get();
        assertThat(late.state()).isEqualTo(State.DEACTIVATING);
        assertThat(late.reason()).contains("its death has not ended within 0.2 s");
        mercy.countDown();
        bench.state("endless", State.INACTIVE);
        assertThat(endless.deaths).hasValue(1);
    }

    // PC-06
    @Test
    void dependencies_start_first_and_stop_last() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        for (String name : List.of("arm", "bus-bar", "cell")) {
            Script script = Script.of(name);
            script.birth = mail -> order.add("+" + name);
            script.death = mail -> order.add("-" + name);
        }
        bench.process("arm", Map.of("process.depends", new String[] {"bus-bar"}, "process.autostart", false));
        bench.process("bus-bar", Map.of("process.depends", new String[] {"cell"}, "process.autostart", false));
        assertThat(supervisor.start("arm")).failsWithin(SOON).withThrowableThat()
                .withMessageContaining("waits for process 'cell', which is not there");
        bench.process("cell", Map.of("process.autostart", false));
        bench.state("arm", State.ACTIVE);
        assertThat(order).containsExactly("+cell", "+bus-bar", "+arm");

        order.clear();
        assertThat(supervisor.restart("cell")).succeedsWithin(SOON);
        bench.state("arm", State.ACTIVE);
        assertThat(order).containsExactly("-arm", "-bus-bar", "-cell", "+cell", "+bus-bar", "+arm");

        order.clear();
        assertThat(supervisor.stop("cell")).succeedsWithin(SOON);
        assertThat(order).containsExactly("-arm", "-bus-bar", "-cell");
    }

    // PC-06
    @Test
    void a_circle_of_dependencies_is_named() throws Exception {
        bench.process("hen", Map.of("process.depends", "egg"));
        bench.process("egg", Map.of("process.depends", "hen"));

        within(SOON).until(() -> bench.info("hen").reason(), "depends on itself: hen -> egg -> hen"::equals);
        assertThat(bench.info("egg").state()).isEqualTo(State.INACTIVE);
        assertThat(Script.of("hen").births).hasValue(0);
    }

    // PC-15
    @Test
    void a_new_frequency_holds_from_the_next_cycle() throws Exception {
        Script script = bench.active("fast", Map.of("process.frequency.hz", 0.02));
        within(SOON).until(() -> script.lives.get() == 1);

        script.mail.frequency(50);
        within(SOON).until(() -> script.lives.get() > 10);
        assertThat(bench.info("fast").frequency()).isEqualTo(50);
        assertThat(script.births).hasValue(1);

        supervisor.frequency("fast", 0.02);
        int lives = script.lives.get();
        assertThatIllegalArgumentException().isThrownBy(() -> script.mail.frequency(0))
                .withMessage("frequency 0.0 Hz is not above 0 and at most 1000");
        assertThat(script.lives.get()).isBetween(lives, lives + 1);
    }

    // PC-03
    @Test
    void without_a_frequency_it_is_thirty_hertz() throws Exception {
        bench.active("plain");
        assertThat(bench.info("plain").frequency()).isEqualTo(30);
    }

    // PC-16, B-PC-3
    @Test
    void sleep_is_woken_by_a_stop() throws Exception {
        Script script = Script.of("sleeper");
        script.life = mail -> {
            boolean slept = mail.sleep(Duration.ofMinutes(10));
            script.seen.add(slept);
        };
        bench.active("sleeper");
        within(SOON).until(() -> script.lives.get() == 1);

        long before = System.nanoTime();
        supervisor.stop("sleeper").get();
        assertThat(System.nanoTime() - before).isLessThan(100_000_000);
        assertThat(script.seen).containsExactly(false);
    }

    // PC-17
    @Test
    void one_that_wants_to_die_ends_after_its_cycle_and_stays_dead() throws Exception {
        Script script = Script.of("tired");
        script.life = mail -> {
            mail.die("battery is full");
            mail.die("again");
            script.seen.add("rest of the cycle");
        };
        bench.process("tired", Map.of());

        ProcessInfo info = bench.state("tired", State.INACTIVE);
        assertThat(info.reason()).isEqualTo("ended: battery is full");
        assertThat(script.seen).containsExactly("rest of the cycle");
        assertThat(script.deaths).hasValue(1);
        assertThat(info.restarts()).isZero();
    }

    // PC-19, B-PC-16
    @Test
    void all_stop_in_parallel_and_one_that_hangs_delays_nobody() throws Exception {
        Script stuck = Script.of("stuck");
        CountDownLatch mercy = new CountDownLatch(1);
        stuck.life = mail -> uninterruptibly(mercy);
        bench.active("stuck", Map.of("process.stopSeconds", 1));
        for (int i = 0; i < 10; i++) {
            Script script = Script.of("slow" + i);
            script.death = mail -> assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
            bench.active("slow" + i);
        }
        long before = System.nanoTime();
        List<ProcessInfo> after = supervisor.emergencyStop("test").get();
        long millis = (System.nanoTime() - before) / 1_000_000;

        assertThat(millis).isBetween(1900L, 4500L);
        assertThat(after).filteredOn(info -> info.name().startsWith("slow")).hasSize(10)
                .allMatch(info -> info.state() == State.INACTIVE);
        assertThat(after).filteredOn(info -> info.name().equals("stuck"))
                .allMatch(info -> info.state() == State.DEACTIVATING);
        for (int i = 0; i < 10; i++) {
            assertThat(Script.of("slow" + i).deaths).hasValue(1);
        }
        mercy.countDown();
        bench.state("stuck", State.INACTIVE);
    }

    // PC-20
    @Test
    void an_emergency_stop_by_any_process_latches_and_is_visible(@InjectService(timeout = 5000) Bus main) throws Exception {
        Script one = bench.active("one");
        Script two = Script.of("two");
        two.life = mail -> {
            if (two.lives.get() == 5) {
                mail.emergencyStop("bumper");
            }
        };
        bench.process("two", Map.of());

        bench.state("one", State.INACTIVE);
        ProcessInfo info = bench.state("two", State.INACTIVE);
        assertThat(info.reason()).isEqualTo("emergency stop: bumper (by process 'two')");
        assertThat(one.deaths).hasValue(1);
        assertThat(two.deaths).hasValue(1);
        assertThat(supervisor.emergency()).contains("bumper (by process 'two')");
        assertThat(gate.stops()).extracting(SafetyGate.Stop::reason).containsExactly("bumper (by process 'two')");
        assertThat(supervisor.start("one")).failsWithin(SOON).withThrowableThat()
                .withMessageContaining("held by an emergency stop: bumper");
        within(SOON).until(() -> main.get("/@emergency/testbed", Map.class).get().map(map -> map.get("reason")),
                reason -> reason.equals(java.util.Optional.of("bumper (by process 'two')")));
        bench.process("late", Map.of());
        assertThat(bench.info("late").reason()).startsWith("held by an emergency stop");

        supervisor.release();
        assertThat(supervisor.emergency()).isEmpty();
        assertThat(gate.stops()).hasSize(1);
        within(SOON).until(() -> main.get("/@emergency/testbed", Map.class).get().isEmpty());
        assertThat(one.births).hasValue(1);
        assertThat(supervisor.start("one")).succeedsWithin(SOON).extracting(ProcessInfo::births).isEqualTo(2L);
        assertThat(supervisor.start("late")).succeedsWithin(SOON);
    }

    // PC-20: from elsewhere, such as another door of the same bus
    @Test
    void an_emergency_notice_on_the_bus_stops_this_runtime(@InjectService(timeout = 5000) Bus main) throws Exception {
        Script one = bench.active("one");
        main.put("/@emergency/testbed", Map.of("reason", "red button"), Lifetime.DURABLE).get();

        bench.state("one", State.INACTIVE);
        assertThat(one.deaths).hasValue(1);
        assertThat(supervisor.emergency()).contains("red button");
    }

    @Test
    void restart_policies_decide_what_follows_a_failure_and_an_end() throws Exception {
        Script.Step failing = mail -> {
            throw new IllegalStateException("short circuit");
        };
        Map<String, Object> fails = Map.of("process.restart.onLifeError", "FAIL", "process.restart.intensity", 2);
        Script.of("transient").life = failing;
        bench.process("transient", fails);
        ProcessInfo gaveUp = bench.state("transient", State.FINALIZED);
        assertThat(gaveUp.reason()).isEqualTo(
                "life: IllegalStateException: short circuit; not restarted again after 2 times within 10.0 s");
        assertThat(gaveUp.restarts()).isEqualTo(2);
        assertThat(Script.of("transient").births).hasValue(3);
        assertThat(Script.of("transient").deaths).hasValue(3);

        Script.of("temporary").life = failing;
        bench.process("temporary", with(fails, "process.restart.policy", "TEMPORARY"));
        assertThat(bench.state("temporary", State.FINALIZED).reason()).isEqualTo("life: IllegalStateException: short circuit");
        assertThat(Script.of("temporary").deaths).hasValue(1);

        Script.of("permanent").life = mail -> mail.die("done");
        bench.process("permanent", with(fails, "process.restart.policy", "permanent"));
        assertThat(bench.state("permanent", State.FINALIZED).reason()).startsWith("ended: done; not restarted again");
        assertThat(Script.of("permanent").deaths).hasValue(3);

        Script.of("transient").life = mail -> { };
        assertThat(supervisor.start("transient")).succeedsWithin(SOON).extracting(ProcessInfo::state)
                .isEqualTo(State.ACTIVE);
    }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        Map<String, Object> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }

    // PC-04
    @Test
    void the_second_of_two_with_one_name_is_refused_until_the_first_goes() throws Exception {
        Configuration first = bench.process("twin", Map.of("arm", "left"));
        bench.state("twin", State.ACTIVE);
        Script script = Script.of("twin");
        bench.component("twin", Map.of("arm", "right"));
        within(SOON).until(() -> context.getServiceReferences(ManagedProcess.class, "(process.name=twin)").size() == 2);

        assertThat(supervisor.processes()).filteredOn(info -> info.name().equals("twin")).hasSize(1);
        assertThat(script.births).hasValue(1);
        bench.delete(first);
        within(SOON).until(() -> script.births.get() == 2);
        assertThat(script.deaths).hasValue(1);
        assertThat(script.overlap).hasValue(1);
    }

    // PC-05, B-PC-15: refused at configuration, in one line
    @Test
    void bad_settings_are_named() throws Exception {
        bench.process("forked", Map.of("process.mode", "fork"));
        assertThat(bench.info("forked")).returns(State.UNCONFIGURED, ProcessInfo::state).returns(
                "process.mode: 'fork' is neither 'thread' nor 'forked'", ProcessInfo::reason);
        bench.process("hasty", Map.of("process.frequency.hz", "fast"));
        assertThat(bench.info("hasty").reason()).isEqualTo("process.frequency.hz: 'fast' is not a number");
        assertThat(unsatisfied()).contains("process 'hasty' is unconfigured: process.frequency.hz: 'fast' is not a number");
        bench.process("Loud", Map.of());
        assertThat(bench.info("Loud").reason()).startsWith("process.name: 'Loud' is no name of a process");
    }

    /** What the supervisor tells who asks whether all is as was asked for. */
    private List<String> unsatisfied() throws Exception {
        ServiceReference<?> ours = Stream.of(context.getServiceReferences(Supplier.class.getName(), "(anole.readiness=contribution)"))
                .filter(reference -> reference.getBundle().getSymbolicName().equals("io.anole.supervisor")).findFirst().orElseThrow();
        return ((List<?>) ((Supplier<?>) context.getService(ours)).get()).stream().map(Object::toString).toList();
    }

    @Test
    void a_process_waits_for_its_bus_and_for_what_its_component_needs() throws Exception {
        bench.process("roamer", Map.of("process.bus", "cloud"));
        ProcessInfo info = bench.state("roamer", State.UNCONFIGURED);
        assertThat(info.reason()).isEqualTo("waits for bus 'cloud'");
        Configuration cloud = bench.configure("io.anole.bus", "cloud", Map.of("provider", "local"));
        bench.state("roamer", State.ACTIVE);
        bench.delete(cloud);
        bench.state("roamer", State.UNCONFIGURED);
        assertThat(Script.of("roamer").deaths).hasValue(1);
    }

    @Test
    void how_processes_stand_is_shown_on_their_bus(@InjectService(timeout = 5000) Bus main) throws Exception {
        bench.active("shown");
        within(SOON).until(() -> main.get("/@process/testbed/shown", Map.class).get().map(map -> map.get("state")),
                state -> state.equals(java.util.Optional.of("ACTIVE")));
        supervisor.stop("shown").get();
        within(SOON).until(() -> main.get("/@process/testbed/shown", Map.class).get().map(map -> map.get("state")),
                state -> state.equals(java.util.Optional.of("INACTIVE")));
    }

    // PC-13: a component that goes takes its process with it, in order
    @Test
    void a_component_that_goes_during_a_cycle_is_deactivated_after_it() throws Exception {
        Script script = Script.of("guest");
        CountDownLatch inCycle = new CountDownLatch(1);
        script.life = mail -> {
            inCycle.countDown();
            script.seen.add(mail.sleep(Duration.ofMinutes(1)));
        };
        Configuration configuration = bench.process("guest", Map.of("process.frequency.hz", 1000));
        inCycle.await();

        bench.delete(configuration);
        within(SOON).until(() -> supervisor.process("guest").isEmpty());
        assertThat(script.deaths).hasValue(1);
        assertThat(script.overlap).hasValue(1);
        assertThat(script.threads).containsOnly(script.threads.get(0));
    }

    // A new configuration makes a new component: dead, then born again
    @Test
    void a_new_configuration_is_a_new_life() throws Exception {
        Script script = Script.of("modest");
        Configuration configuration = bench.process("modest", Map.of("process.frequency.hz", 10));
        bench.state("modest", State.ACTIVE);
        configuration.update(Bench.dictionary(Map.of("process.name", "modest", "process.frequency.hz", 20)));

        within(SOON).until(() -> script.births.get() == 2);
        assertThat(script.deaths).hasValue(1);
        assertThat(script.overlap).hasValue(1);
        bench.state("modest", State.ACTIVE);
        assertThat(bench.info("modest").frequency()).isEqualTo(20);
    }

    // Start and stop under load leave nothing behind
    @Test
    void five_hundred_lives_under_load_leave_no_thread_and_lose_no_count() throws Exception {
        Script target = Script.of("target");
        target.birth = mail -> mail.on(Filter.subject("n"), Integer.class, (n, letter) -> target.seen.add(n));
        bench.active("target", Map.of("process.frequency.hz", 1000));
        Script sender = bench.active("sender");
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Thread load = new Thread(() -> {
            int n = 0;
            while (on.get()) {
                try {
                    sender.mail.send(Letter.to("target", "n", n++)).join();
                    taken.incrementAndGet();
                } catch (CompletionException e) {
                    refused.incrementAndGet();
                }
            }
        });
        int threads = Thread.activeCount();
        load.start();
        for (int i = 0; i < 500; i++) {
            supervisor.stop("target").get(10, TimeUnit.SECONDS);
            supervisor.start("target").get(10, TimeUnit.SECONDS);
        }
        on.set(false);
        load.join();
        ProcessInfo info = supervisor.stop("target").get(10, TimeUnit.SECONDS);

        assertThat(target.births).hasValue(501);
        assertThat(target.deaths).hasValue(501);
        assertThat(target.overlap).hasValue(1);
        assertThat(info.births()).isEqualTo(501);
        // A stop handles what was taken: every mail that its sender was told of has arrived, none twice.
        assertThat(target.seen.size() + info.dropped()).isEqualTo(taken.get());
        assertThat(target.seen).doesNotHaveDuplicates();
        assertThat(taken.get()).isPositive();
        within(SOON).untilAsserted(() -> assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2));
        assertThat(supervisor.processes()).extracting(ProcessInfo::thread).doesNotContain("process target");
    }

    // The supervisor's own bundle stops and starts: all die, all live again
    @Test
    void with_the_supervisor_all_processes_die_in_parallel() throws Exception {
        for (int i = 0; i < 5; i++) {
            Script script = Script.of("p" + i);
            script.death = mail -> assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
            bench.active("p" + i);
        }
        Bundle bundle = supervisorBundle();
        long before = System.nanoTime();
        bundle.stop();
        long millis = (System.nanoTime() - before) / 1_000_000;
        try {
            assertThat(millis).isBetween(300L, 1200L);
            for (int i = 0; i < 5; i++) {
                assertThat(Script.of("p" + i).deaths).hasValue(1);
                assertThat(Script.of("p" + i).overlap).hasValue(1);
            }
            within(SOON).untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("process ") || name.equals("supervisor timer")));
        } finally {
            bundle.start();
        }
        within(SOON).until(() -> Script.of("p4").births.get() == 2 && Script.of("p0").births.get() == 2);
        bench.use(context.getService(context.getServiceReference(Supervisor.class)));
    }

    // PC-13: a bundle that stops during life()
    @Test
    void a_bundle_stops_with_its_process_between_two_cycles() throws Exception {
        Queue<String> told = GuestBundle.told();
        Script other = bench.active("other");
        Bundle guest = context.installBundle("test:guest", GuestBundle.of("visitor"));
        guest.start();
        within(SOON).until(() -> told.contains("life"));
        int lives = other.lives.get();

        long before = System.nanoTime();
        guest.stop();
        long millis = (System.nanoTime() - before) / 1_000_000;
        assertThat(told).containsExactly("birth", "life", "death");
        assertThat(supervisor.process("visitor")).isEmpty();
        assertThat(millis).isLessThan(2000);

        guest.start();
        within(SOON).until(() -> told.size() == 5);
        guest.uninstall();
        assertThat(told).containsExactly("birth", "life", "death", "birth", "life", "death");
        within(SOON).until(() -> other.lives.get() > lives + 3);
        assertThat(other.births).hasValue(1);
    }

    // B-PC-12, B-PC-16: a process that can't be stopped holds up neither its bundle for ever nor anybody else
    @Test
    void a_component_leaves_a_process_behind_that_does_not_end() throws Exception {
        Script script = Script.of("mule");
        CountDownLatch mercy = new CountDownLatch(1);
        script.life = mail -> uninterruptibly(mercy);
        Configuration configuration = bench.process("mule", Map.of("process.stopSeconds", 0.2));
        within(SOON).until(() -> script.lives.get() == 1);

        bench.delete(configuration);
        within(SOON).until(() -> script.deaths.get() == 1);
        assertThat(bench.info("mule")).returns(State.DEACTIVATING, ProcessInfo::state)
                .returns("process mule", ProcessInfo::thread);
        assertThat(bench.info("mule").reason()).contains("has not ended within 0.2 s");
        Script other = bench.active("other");
        assertThat(other.births).hasValue(1);
        // A successor of the same name waits for it to end.
        bench.component("mule", Map.of());
        within(SOON).until(() -> context.getServiceReferences(ManagedProcess.class, "(process.name=mule)").size() == 1);
        assertThat(script.births).hasValue(1);

        mercy.countDown();
        within(SOON).until(() -> script.births.get() == 2);
        assertThat(script.deaths).hasValue(1);
        bench.state("mule", State.ACTIVE);
    }

    // PC-13, B-PC-13
    @Test
    void a_death_that_throws_is_a_reason_too() throws Exception {
        Script script = bench.active("clumsy");
        script.death = mail -> {
            throw new IllegalStateException("gripper is stuck");
        };
        ProcessInfo info = supervisor.stop("clumsy").get();
        assertThat(info.state()).isEqualTo(State.INACTIVE);
        assertThat(info.reason()).isEqualTo("stopped; death: IllegalStateException: gripper is stuck");
        assertThat(info.lastError()).isEqualTo("death: IllegalStateException: gripper is stuck");
        assertThat(info.errors()).isEqualTo(1);
        script.death = mail -> { };
        supervisor.start("clumsy").get();
        assertThat(supervisor.stop("clumsy").get().reason()).isEqualTo("stopped");
    }

    // PC-23
    @Test
    void helper_threads_end_before_death() throws Exception {
        Script script = Script.of("reader");
        script.birth = mail -> mail.helpers().execute(() -> {
            script.seen.add(Thread.currentThread().getName());
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                script.seen.add("interrupted");
            }
        });
        script.death = mail -> script.seen.add("death");
        bench.active("reader");
        within(SOON).until(() -> script.seen.size() == 1);
        supervisor.stop("reader").get();
        assertThat(script.seen).containsExactly("process reader helper 1", "interrupted", "death");
        within(SOON).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("process reader")));
    }

    // PC-21, B-PC-16: one that may finish its work is waited for, within its bound
    @Test
    void with_the_runtime_a_process_may_finish_its_own_work() throws Exception {
        Script worker = Script.of("worker");
        CountDownLatch ending = new CountDownLatch(1);
        worker.life = mail -> {
            if (ending.getCount() == 0 && worker.seen.size() < 5) {
                worker.seen.add(worker.seen.size());
            } else if (worker.seen.size() == 5) {
                mail.die("done");
            }
        };
        bench.active("worker", Map.of("process.finishes", true));
        Script endless = bench.active("endless", Map.of("process.finishes", true, "process.stopSeconds", 0.5));
        Script plain = Script.of("plain");
        plain.death = mail -> ending.countDown();
        bench.active("plain");
        Bundle bundle = supervisorBundle();
        bundle.stop();
        try {
            assertThat(worker.seen).containsExactly(0, 1, 2, 3, 4);
            assertThat(worker.deaths).hasValue(1);
            assertThat(endless.deaths).hasValue(1);
        } finally {
            bundle.start();
            bench.use(context.getService(context.getServiceReference(Supervisor.class)));
        }
    }

    private Bundle supervisorBundle() {
        return Arrays.stream(context.getBundles()).filter(each -> each.getSymbolicName().equals("io.anole.supervisor"))
                .findFirst().orElseThrow();
    }

    // Somebody else's use of the service must not make a process on a wrong thread
    @Test
    void a_component_is_born_on_its_own_thread_only() throws Exception {
        Script script = Script.of("shy");
        bench.process("shy", Map.of("process.autostart", false));
        var reference = context.getServiceReferences(ManagedProcess.class, "(process.name=shy)").iterator().next();

        assertThat(context.getService(reference)).isNull();
        assertThat(script.births).hasValue(0);
        assertThat(supervisor.start("shy")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.ACTIVE);
    }

    // PC-15 and the names of the properties: annotations set them, the configuration overrides them
    @Test
    void annotations_become_properties_and_a_modified_configuration_no_new_life() throws Exception {
        Configuration configuration = configurations.getConfiguration(Tunable.PID, "?");
        configuration.update(Bench.dictionary(Map.of("process.bus", "main")));
        try {
            bench.state("tunable", State.INACTIVE);
            var reference = context.getServiceReferences(ManagedProcess.class, "(process.name=tunable)").iterator().next();
            Map<String, Object> expected = new HashMap<>(Map.of("process.name", "tunable", "process.frequency.hz", 7.0,
                    "process.autostart", false, "process.bus", "main", "process.queue", 12, "process.stopSeconds", 3.0,
                    "process.finishes", true, "process.restart.policy", "PERMANENT"));
            expected.putAll(Map.of("process.restart.intensity", 5, "process.restart.periodSeconds", 2.5,
                    "process.restart.onLifeError", "FAIL"));
            expected.forEach((key, value) -> assertThat(reference.getProperty(key)).as(key).isEqualTo(value));
            assertThat(reference.getProperty("process.depends")).isEqualTo(new String[] {"nothing"});

            configuration.update(Bench.dictionary(Map.of("process.bus", "main", "process.depends", new String[0])));
            within(SOON).until(() -> supervisor.process("tunable").filter(info -> info.depends().isEmpty()).isPresent());
            assertThat(supervisor.start("tunable")).succeedsWithin(SOON).extracting(ProcessInfo::frequency).isEqualTo(7.0);
            configuration.update(Bench.dictionary(Map.of("process.bus", "main", "process.depends", new String[0],
                    "process.frequency.hz", 50)));
            within(SOON).until(() -> bench.info("tunable").frequency() == 50);
            assertThat(Script.of("tunable").seen).endsWith(50);
            assertThat(Script.of("tunable").births).hasValue(1);
            assertThat(Script.of("tunable").deaths).hasValue(0);
        } finally {
            configuration.delete();
        }
    }

    // What DS waits for is shown with the process's name
    @Test
    void a_component_without_its_reference_is_listed_with_what_it_waits_for() {
        assertThat(bench.info("lonely")).returns(State.UNCONFIGURED, ProcessInfo::state).extracting(ProcessInfo::reason)
                .asString().startsWith("waits for its references [boxes (nobody=has it)");
    }

    // PC-19, PC-22: the end of the framework stops all processes in parallel, before their bundles
    @Test
    void a_framework_stops_its_processes_in_parallel() throws Exception {
        Queue<String> told = GuestBundle.told();
        long millis;
        Path storage = Files.createTempDirectory("framework");
        Map<String, String> settings = Map.of("org.osgi.framework.storage", storage.toString(),
                "org.osgi.framework.system.packages.extra", String.valueOf(context.getProperty(
                        "org.osgi.framework.system.packages.extra")), "org.osgi.framework.bootdelegation", "sun.misc");
        FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class,
                context.getBundle(0).getClass().getClassLoader()).iterator().next();
        Framework framework = factory.newFramework(settings);
        framework.start();
        try {
            for (Bundle bundle : context.getBundles()) {
                if (bundle.getBundleId() != 0 && !bundle.getSymbolicName().endsWith(".tests")) {
                    framework.getBundleContext().installBundle(bundle.getLocation());
                }
            }
            for (Bundle bundle : framework.getBundleContext().getBundles()) {
                if (bundle.getSymbolicName().startsWith("io.anole") || bundle.getSymbolicName().startsWith("org.apache")) {
                    bundle.start();
                }
            }
            configureBus(framework.getBundleContext());
            for (int i = 0; i < 10; i++) {
                framework.getBundleContext().installBundle("test:guest" + i, GuestBundle.of("guest" + i)).start();
            }
            within(SOON).until(() -> told.stream().filter("life"::equals).count() == 10);
        } finally {
            long before = System.nanoTime();
            framework.stop();
            framework.waitForStop(30_000);
            millis = (System.nanoTime() - before) / 1_000_000;
        }
        assertThat(millis).isLessThan(2500);
        assertThat(told).hasSize(30).endsWith(Collections.nCopies(10, "death").toArray(String[]::new));
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("process guest"));
    }

    private static void configureBus(BundleContext other) throws Exception {
        // The other framework's classes are its own: called by name.
        var reference = other.getServiceReference(ConfigurationAdmin.class.getName());
        Object admin = other.getService(reference);
        Object configuration = admin.getClass().getMethod("getFactoryConfiguration", String.class, String.class, String.class)
                .invoke(admin, "io.anole.bus", "main", "?");
        configuration.getClass().getMethod("update", java.util.Dictionary.class)
                .invoke(configuration, Bench.dictionary(Map.of("provider", "local")));
    }
}
