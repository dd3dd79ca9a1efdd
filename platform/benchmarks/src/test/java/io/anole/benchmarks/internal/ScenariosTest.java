package io.anole.benchmarks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.Candidate.Role;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sink;
import io.anole.benchmarks.internal.Results.Series;
import io.anole.benchmarks.internal.Test.Figure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The benchmarks run, with Anole and with the limits; what they show is not looked at here. */
@Timeout(60)
class ScenariosTest {
    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Candidate candidate : Candidates.all()) {
            for (Test test : Test.values()) {
                if (test.suits(candidate)) {
                    all.add(Arguments.of(test, candidate.name()));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void runs(Test test, String candidate) throws Exception {
        try (Scenario scenario = test.open(Candidates.named(candidate))) {
            for (int round = 0; round < 2; round++) {
                double[] figures = scenario.round(20);

                assertThat(figures).hasSameSizeAs(test.figures);
                assertThat(figures[0]).isPositive();
            }
        }
    }

    @org.junit.jupiter.api.Test
    @Timeout(10)
    void aPublisherThatFailsEndsTheRound() throws Exception {
        MessageBus broken = new MessageBus() {
            @Override
            public void open(List<Sink> sinks) {
                // Nobody is told of them.
            }

            @Override
            public Sender sender() {
                return sample -> {
                    throw new IllegalStateException("gone");
                };
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        try (Throughput throughput = new Throughput(broken, 1, 1)) {
            assertThatThrownBy(() -> throughput.round(20)).rootCause().hasMessage("gone");
        }
    }

    @org.junit.jupiter.api.Test
    void mediansAndPercentiles() {
        assertThat(Series.of(new double[] {9, 1, 5})).isEqualTo(new Series(5, 1, 9, 3));
        assertThat(Series.of(new double[] {4, 1, 2, 9}).median()).isEqualTo(3);
        assertThat(Scenario.percentile(new long[] {1, 2, 3, 4}, 0.5)).isEqualTo(2);
        assertThat(Scenario.percentile(new long[] {1, 2, 3, 4}, 0.99)).isEqualTo(4);
    }

    @org.junit.jupiter.api.Test
    void judgesAndReports() {
        Results results = new Results();
        results.add(Test.ONE_TO_ONE, new Anole("anole", false), new double[] {60, 100});
        results.add(Test.ONE_TO_ONE, new BlockingQueueLimit(), new double[] {100, 40});
        results.add(Test.ASK_256, new Anole("anole", false), new double[] {10, 351});

        List<Target> targets = Target.judge(results);

        assertThat(targets).extracting(Target::text, Target::met).containsExactlyInAnyOrder(
                tuple("at least 0.6 x ArrayBlockingQueue", true),
                tuple("at most 64.0 beyond ArrayBlockingQueue", true),
                tuple("at most 350.0", false));
        assertThat(results.role("anole")).isEqualTo(Role.ANOLE);
        assertThat(results.bestPeer(Test.ONE_TO_ONE, Figure.RATE)).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Report(results).json(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(6).first().isEqualTo(
                "{\"benchmark\":\"local\",\"test\":\"one-to-one\",\"figure\":\"rate\",\"unit\":\"per second\","
                        + "\"candidate\":\"anole\",\"role\":\"anole\",\"median\":60.000,\"least\":60.000,\"most\":60.000,"
                        + "\"rounds\":1,\"java\":\"" + Runtime.version().feature() + "\","
                        + "\"ratios\":{\"ArrayBlockingQueue\":0.60000},\"targets\":[{\"target\":"
                        + "\"at least 0.6 x ArrayBlockingQueue\",\"bound\":60.000,\"value\":60.000,\"met\":true}]}");
    }
}
