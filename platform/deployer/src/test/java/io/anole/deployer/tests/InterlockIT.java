package io.anole.deployer.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Publisher;
import io.anole.deployer.Deployment;
import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;

/** Deploys that touch a process while the robot moves, stands, or says nothing. */
class InterlockIT extends DeployerBench {
    @InjectService(cardinality = 0, filter = "(bus.name=main)")
    ServiceAware<Bus> buses;

    private ScheduledExecutorService wheels;
    private Publisher<Object> odometry;
    private volatile double speed;

    @BeforeEach
    void aRobotThatStands() throws Exception {
        await().atMost(SOON).until(() -> buses.size() > 0);
        wheels = Executors.newSingleThreadScheduledExecutor();
        assertThat(deploy(WorkerJar.of("arm", "1.0.0")).result()).isEqualTo(Result.COMMITTED);
    }

    @AfterEach
    void stop() {
        wheels.shutdownNow();
        if (odometry != null) {
            odometry.close();
        }
    }

    /** Publishes the speed 50 times a second, as a robot does. */
    private void drive(double metresPerSecond) {
        speed = metresPerSecond;
        if (odometry == null) {
            odometry = buses.getService().publisher("/odom", Object.class);
            wheels.scheduleAtFixedRate(() -> odometry.publish(Map.of("twist", Map.of("twist", Map.of("linear",
                    Map.of("x", speed))))), 0, 20, TimeUnit.MILLISECONDS);
        }
    }

    private void interlock(Map<String, Object> more) throws Exception {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("processes", new String[] {"a*"});
        configure(configurations.getFactoryConfiguration("io.anole.deployer.interlock", "test", "?"), properties);
    }

    private Plan plan(String process, String version) throws Exception {
        return deployments.plan(List.of(WorkerJar.of(process, version).in(temp))).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aDeployWaitsUntilTheRobotStands() throws Exception {
        interlock(Map.of());
        drive(-0.3);
        await().atMost(SOON).until(() -> !plan("arm", "2.0.0").waits().isEmpty());
        assertThat(plan("arm", "2.0.0").waits()).containsExactly("process arm is not touched while the robot moves: /odom "
                + "twist.twist.linear.x is -0.3, beyond 0.01");
        assertThat(plan("leg", "1.0.0").waits()).isEmpty();

        LinkedBlockingQueue<String> steps = new LinkedBlockingQueue<>();
        CompletableFuture<Outcome> outcome = deployments.deploy(List.of(WorkerJar.of("arm", "2.0.0").in(temp)), "test",
                steps::add);
        assertThat(steps.poll(20, TimeUnit.SECONDS)).startsWith("waiting: process arm is not touched");
        assertThat(version()).isEqualTo("1.0.0");
        drive(0.005);
        assertThat(outcome.get(20, TimeUnit.SECONDS).result()).isEqualTo(Result.COMMITTED);
        assertThat(version()).isEqualTo("2.0.0");
    }

    @Test
    void itIsRefusedWhenTheRobotDoesNotStopInTime() throws Exception {
        interlock(Map.of("patience.s", 0.3));
        drive(0.3);
        await().atMost(SOON).until(() -> !plan("arm", "2.0.0").waits().isEmpty());
        Outcome outcome = deploy(WorkerJar.of("arm", "2.0.0"));
        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.reason()).contains("the robot moves", "was so for 0.3 s").hasLineCount(1);
        assertThat(version()).isEqualTo("1.0.0");
    }

    @Test
    void itIsRefusedAtOnceWhereThatIsConfigured() throws Exception {
        interlock(Map.of("action", "refuse"));
        drive(0.3);
        await().atMost(SOON).until(() -> !plan("arm", "2.0.0").refusals().isEmpty());
        assertThat(deploy(WorkerJar.of("arm", "2.0.0")).result()).isEqualTo(Result.REFUSED);
        assertThat(deploy(WorkerJar.of("leg", "1.0.0")).result()).isEqualTo(Result.COMMITTED);
    }

    @Test
    void aFileInTheDirectoryWaitsAndSaysSo() throws Exception {
        interlock(Map.of());
        drive(0.3);
        await().atMost(SOON).until(() -> !plan("arm", "2.0.0").waits().isEmpty());
        Path file = temp.resolve("deploy/arm.jar");
        Files.write(file, WorkerJar.of("arm", "2.0.0").bytes());
        await().atMost(SOON).until(() -> deployments.list().stream()
                .anyMatch(each -> each.state() == Deployment.State.WAITING && each.detail().contains("the robot moves")));
        assertThat(version()).isEqualTo("1.0.0");
        drive(0);
        await().atMost(SOON).until(() -> version().equals("2.0.0"));
    }

    @Test
    void aRemovalWaitsWithItsFile() throws Exception {
        interlock(Map.of());
        drive(0.3);
        await().atMost(SOON).until(() -> !plan("arm", "2.0.0").waits().isEmpty());
        String file = deployments.list().get(0).file();
        LinkedBlockingQueue<String> steps = new LinkedBlockingQueue<>();
        CompletableFuture<Outcome> outcome = deployments.remove(List.of(file), "test", steps::add);
        assertThat(steps.poll(20, TimeUnit.SECONDS)).startsWith("waiting: process arm is not touched");
        assertThat(version()).isEqualTo("1.0.0");
        assertThat(temp.resolve("deploy").resolve(file)).exists();
        drive(0);
        assertThat(outcome.get(20, TimeUnit.SECONDS).result()).isEqualTo(Result.COMMITTED);
        assertThat(version()).isEmpty();
        assertThat(temp.resolve("deploy").resolve(file)).doesNotExist();
    }

    /** Silence is standing only where nobody would speak. */
    @Test
    void aSilentRobotIsNotTrusted() throws Exception {
        interlock(Map.of("silence.s", 0.2));
        assertThat(plan("arm", "2.0.0").refusals()).isEmpty();
        try (Publisher<Object> silent = buses.getService().publisher("/odom", Object.class)) {
            await().atMost(SOON).until(() -> !plan("arm", "2.0.0").refusals().isEmpty());
            assertThat(plan("arm", "2.0.0").refusals().get(0)).contains("it is not known whether the robot moves",
                    "/odom was silent for 0.2 s, though ", " publishes it");
            assertThat(deploy(WorkerJar.of("arm", "2.0.0")).result()).isEqualTo(Result.REFUSED);
            assertThat(silent.name().toString()).isEqualTo("/odom");
        }
        await().atMost(SOON).until(() -> plan("arm", "2.0.0").refusals().isEmpty());
    }
}
