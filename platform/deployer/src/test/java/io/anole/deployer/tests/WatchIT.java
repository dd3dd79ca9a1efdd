package io.anole.deployer.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan;
import io.anole.process.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** Real bundles with real processes, deployed while they are watched, and brought back when they are no good. */
class WatchIT extends DeployerBench {
    /** Versions whose lives leave no trace, because they were rolled back. */
    private final Set<String> undone = new HashSet<>();

    @Test
    void aGoodVersionIsCommittedWithTheCountOfTheFormer() throws Exception {
        assertThat(deploy(WorkerJar.of("arm", "1.0.0")).result()).isEqualTo(Result.COMMITTED);
        try (Recording recording = new Recording()) {
            List.of("io.anole.Deploy", "io.anole.HandOver").forEach(recording::enable);
            recording.start();
            assertThat(deploy(WorkerJar.of("arm", "2.0.0").behaviour("healthy")).result()).isEqualTo(Result.COMMITTED);
            assertIsIn(recording);
        }
        assertThat(version()).isEqualTo("2.0.0");
        assertThat(deployments.versions("worker.arm")).containsExactly("2.0.0", "1.0.0");
        assertCountGoesOn();
    }

    private void assertIsIn(Recording recording) throws Exception {
        Path file = temp.resolve("deploy.jfr");
        recording.dump(file);
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        events.sort(Comparator.comparing(RecordedEvent::getStartTime));
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("io.anole.Deploy")).singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("changes")).contains("worker.arm 1.0.0 to 2.0.0");
                    assertThat(event.getString("result")).isEqualTo("committed");
                    assertThat(event.getString("who")).isEqualTo("test");
                    assertThat(event.getDuration().toMillis()).isGreaterThanOrEqualTo(WINDOW_MILLIS);
                });
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("io.anole.HandOver"))
                .extracting(event -> event.getString("process"), event -> event.getString("step"), event -> event.getString("failure"))
                .containsExactly(tuple("arm", "give", ""), tuple("arm", "take", ""));
    }

    /** Former version back within the window + 100 ms, with its state, and one readable line of why. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unhealthy           | health check 'arm' says CRITICAL: the arm has no power",
        "throws in birth     | no arm at /dev/ttyUSB0",
        "hangs in birth      | process 'arm' is still in its birth within 0.4 s",
        "throws in life      | the arm does not answer",
        "leaks, unhealthy    | worker.arm 2.0.0 has left 1 thread running when it was stopped: 'lingering 2.0.0'"})
    void aBadVersionGivesWayToTheFormerOne(String behaviour, String why) throws Exception {
        assertThat(deploy(WorkerJar.of("arm", "1.0.0")).result()).isEqualTo(Result.COMMITTED);
        List<Long> times = new ArrayList<>();
        undone.add("2.0.0");
        for (int i = 0; i < 3; i++) {
            Outcome outcome;
            try (Stopwatch started = new Stopwatch()) {
                outcome = deploy(WorkerJar.of("arm", "2.0.0").behaviour(behaviour).header("Attempt", "" + i));
                await().atMost(SOON).until(() -> supervisor.process("arm").orElseThrow().state() == State.ACTIVE);
                times.add(started.untilBirthOf("1.0.0"));
            }
            assertThat(outcome.result()).as(outcome.reason()).isEqualTo(Result.ROLLED_BACK);
            assertThat(outcome.reason()).contains(why).hasLineCount(1);
            assertThat(version()).isEqualTo("1.0.0");
        }
        System.out.println(behaviour + ": former version back after " + times + " ms, the window is " + WINDOW_MILLIS + " ms");
        assertThat(times.stream().sorted().skip(1).findFirst().orElseThrow()).isLessThanOrEqualTo(WINDOW_MILLIS + 100);
        assertCountGoesOn();
    }

    /** Told by three looks, so the window is long: between two of them the process must have had its turn. */
    @Test
    void aVersionThatDripsThreadsGivesWayToTheFormerOne() throws Exception {
        deploy(WorkerJar.of("arm", "1.0.0"));
        deployer(Map.of("window.ms", 3000L));
        await().atMost(SOON).until(() -> "1.0.0".equals(version()));
        undone.add("2.0.0");
        Outcome outcome = deploy(WorkerJar.of("arm", "2.0.0").behaviour("drips threads"));
        assertThat(outcome.result()).as(outcome.reason()).isEqualTo(Result.ROLLED_BACK);
        assertThat(outcome.reason()).contains("worker.arm 2.0.0 starts threads that do not end: it had").hasLineCount(1);
        assertThat(version()).isEqualTo("1.0.0");
        assertCountGoesOn();
    }

    @Test
    void aVersionThatDoesNotResolveTouchesNothing() throws Exception {
        deploy(WorkerJar.of("arm", "1.0.0"));
        long births = supervisor.process("arm").orElseThrow().births();
        Outcome outcome = deploy(WorkerJar.of("arm", "2.0.0").header("Import-Package", "io.anole.process,gripper.api"));
        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.reason()).isEqualTo(
                "worker.arm: package gripper.api is missing: deploy the bundle that exports it");
        assertThat(supervisor.process("arm").orElseThrow().births()).isEqualTo(births);
        assertThat(version()).isEqualTo("1.0.0");
    }

    /** A set is deployed as one: what is good in it goes back with what is bad. */
    @Test
    void ofASetAllAreDeployedOrNone() throws Exception {
        Path arm = WorkerJar.of("arm", "1.0.0").in(temp);
        Path leg = WorkerJar.of("leg", "1.0.0").behaviour("throws in birth").in(temp);
        Outcome outcome = deployments.deploy(List.of(arm, leg), "test", step -> { }).get(20, TimeUnit.SECONDS);
        assertThat(outcome.result()).isEqualTo(Result.ROLLED_BACK);
        assertThat(bundle("worker.arm")).isNull();
        assertThat(bundle("worker.leg")).isNull();

        leg = WorkerJar.of("leg", "1.0.1").in(temp);
        outcome = deployments.deploy(List.of(arm, leg), "test", step -> { }).get(20, TimeUnit.SECONDS);
        assertThat(outcome.result()).as(outcome.reason()).isEqualTo(Result.COMMITTED);
        assertThat(version()).isEqualTo("1.0.0");
    }

    @Test
    void aPlanNamesTheProcessesAndADeployDoesExactlyIt() throws Exception {
        deploy(WorkerJar.of("arm", "1.0.0"));
        Path next = WorkerJar.of("arm", "2.0.0").in(temp);
        Plan plan = deployments.plan(List.of(next)).get(20, TimeUnit.SECONDS);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.refreshed()).isEmpty();
        assertThat(plan.processes()).extracting(Plan.Touched::name, Plan.Touched::state).containsExactly(
                tuple("arm", "active"));
        assertThat(plan.changes()).hasSize(1);
        assertThat(version()).isEqualTo("1.0.0");
        Outcome outcome = deployments.deploy(List.of(next), "test", step -> { }).get(20, TimeUnit.SECONDS);
        assertThat(outcome.changes()).isEqualTo(plan.changes());
    }

    @Test
    void aFormerVersionComesBackOnDemandAndIsShownInTheDirectory() throws Exception {
        deploy(WorkerJar.of("arm", "1.0.0"));
        byte[] first = Files.readAllBytes(temp.resolve("deploy/arm.jar"));
        deploy(WorkerJar.of("arm", "2.0.0"));
        Outcome outcome = deployments.rollback("worker.arm", "", "test", step -> { }).get(20, TimeUnit.SECONDS);
        assertThat(outcome.result()).as(outcome.reason()).isEqualTo(Result.COMMITTED);
        assertThat(version()).isEqualTo("1.0.0");
        assertThat(temp.resolve("deploy/arm.jar")).hasBinaryContent(first);
        assertThat(deployments.versions("worker.arm")).containsExactly("1.0.0", "2.0.0");
        assertThat(deployments.history()).extracting(Outcome::what).startsWith("rollback", "deploy", "deploy");
        assertCountGoesOn();
    }

    /** The version that is replaced may be the one that leaks; it is told, and by configuration brings that version back. */
    @Test
    void aThreadOfTheFormerVersionIsTold() throws Exception {
        deploy(WorkerJar.of("arm", "1.0.0").behaviour("leaks"));
        Outcome outcome = deploy(WorkerJar.of("arm", "2.0.0"));
        assertThat(outcome.result()).isEqualTo(Result.COMMITTED);
        assertThat(outcome.reason()).contains("worker.arm 1.0.0 has left 1 thread running", "lingering 1.0.0");

        endLeftovers();
        deployer(Map.of("thread.leak", "roll-back"));
        await().atMost(SOON).until(() -> "2.0.0".equals(version()));
        deploy(WorkerJar.of("arm", "3.0.0").behaviour("leaks"));
        outcome = deploy(WorkerJar.of("arm", "4.0.0"));
        assertThat(outcome.result()).isEqualTo(Result.ROLLED_BACK);
        assertThat(version()).isEqualTo("3.0.0");
    }

    /** Each life counts one more than the one before, whatever the version; versions that were undone count for nothing. */
    private void assertCountGoesOn() {
        int seen = told.size();
        await().atMost(SOON).until(() -> told.size() > seen + 5);
        long last = 0;
        for (String line : told) {
            String[] words = line.split(" ");
            if (words[2].equals("life") && !undone.contains(words[1])) {
                assertThat(Long.parseLong(words[3])).as(line).isEqualTo(last == 0
                        ? Long.parseLong(words[3]) : last + 1);
                last = Long.parseLong(words[3]);
            }
        }
        assertThat(last).isPositive();
    }

    /** From the start of the new version to the birth of another. */
    private final class Stopwatch implements AutoCloseable {
        private final SynchronousBundleListener listener = this::changed;
        private final int before = told.size();
        private long started;

        Stopwatch() {
            context.addBundleListener(listener);
        }

        private void changed(BundleEvent event) {
            if (event.getType() == BundleEvent.STARTED && event.getBundle().getVersion().toString().equals("2.0.0")) {
                started = System.nanoTime();
            }
        }

        long untilBirthOf(String version) {
            await().atMost(SOON).until(() -> told.stream().skip(before).anyMatch(line -> line.contains(version + " birth")));
            String birth = told.stream().skip(before).filter(line -> line.contains(version + " birth")).findFirst()
                    .orElseThrow();
            return TimeUnit.NANOSECONDS.toMillis(Long.parseLong(birth.substring(0, birth.indexOf(' '))) - started);
        }

        @Override
        public void close() {
            context.removeBundleListener(listener);
        }
    }
}
