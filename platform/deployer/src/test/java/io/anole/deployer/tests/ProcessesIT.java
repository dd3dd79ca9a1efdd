package io.anole.deployer.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bundles whose processes are others than before, or another's. */
class ProcessesIT extends DeployerBench {
    @BeforeEach
    void anArm() throws Exception {
        assertThat(deploy(WorkerJar.of("arm", "1.0.0")).result()).isEqualTo(Result.COMMITTED);
        lives("arm");
    }

    private void lives(String process) {
        await().atMost(SOON).until(() -> supervisor.process(process).map(ProcessInfo::state).equals(Optional.of(State.ACTIVE)));
    }

    @Test
    void aProcessThatTheNextVersionDoesNotHaveEnds() throws Exception {
        WorkerJar renamed = WorkerJar.of("leg", "2.0.0").header("Bundle-SymbolicName", "worker.arm");
        assertThat(deployments.plan(List.of(renamed.in(temp))).get(20, TimeUnit.SECONDS).notes())
                .containsExactly("process arm ends: worker.arm 2.0.0 has none of that name");
        assertThat(deploy(renamed)).returns(Result.COMMITTED, Outcome::result);
        lives("leg");
        assertThat(supervisor.process("arm")).isEmpty();

        assertThat(deployments.rollback("worker.arm", "", "test", step -> { }).get(20, TimeUnit.SECONDS))
                .returns(Result.COMMITTED, Outcome::result);
        lives("arm");
        assertThat(supervisor.process("leg")).isEmpty();
    }

    @Test
    void aProcessWhoseNameIsTakenIsRefused() throws Exception {
        WorkerJar other = WorkerJar.of("arm", "1.0.0").header("Bundle-SymbolicName", "other");
        Path file = Files.write(temp.resolve("other.jar"), other.bytes());
        String reason = "other: it has a process 'arm', and so has worker.arm: give one of them another name (@ProcessName), or remove "
                + "the other bundle";
        assertThat(deployments.plan(List.of(file)).get(20, TimeUnit.SECONDS).refusals()).containsExactly(reason);
        Outcome outcome = deployments.deploy(List.of(file), "test", step -> { }).get(20, TimeUnit.SECONDS);
        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.reason()).isEqualTo(reason);
        assertThat(bundle("other")).isNull();
        lives("arm");
    }
}
