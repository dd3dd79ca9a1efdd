package io.anole.benchmarks.internal;

import io.anole.benchmarks.internal.Test.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a figure of Anole is to reach.
 *
 * @param test   the test
 * @param figure its figure
 * @param text   the target in words
 * @param bound  what it comes to in this run
 * @param value  what was measured
 * @param met    whether it is reached
 */
record Target(Test test, Figure figure, String text, double bound, double value, boolean met) {
    /** Two processors shared with others can't tell tails below this apart; a bare queue shows as much by itself. */
    private static final double NOISE_NANOS = 5_000_000;
    private static final String ANOLE = "anole";

    /** All targets that this run can judge; a peer that took no part leaves its target out. */
    static List<Target> judge(Results results) {
        Judge judge = new Judge(results);
        String queue = BlockingQueueLimit.NAME;
        judge.atLeast(Test.ONE_TO_ONE, 2.5, results.bestPeer(Test.ONE_TO_ONE, Figure.RATE), "the best peer");
        judge.atLeast(Test.ONE_TO_ONE, 0.6, results.median(Test.ONE_TO_ONE, Figure.RATE, queue), queue);
        judge.atLeast(Test.ONE_TO_EIGHT, 1.5, results.median(Test.ONE_TO_EIGHT, Figure.RATE, "mbassador"), "mbassador");
        judge.atLeast(Test.EIGHT_TO_ONE, 1.5, results.median(Test.EIGHT_TO_ONE, Figure.RATE, "vertx-send"), "vertx-send");
        judge.bytesBeyond(Test.ONE_TO_ONE, 64, results.median(Test.ONE_TO_ONE, Figure.BYTES, queue), queue);
        judge.atMost(Test.LATENCY, Figure.P50, 1.2, results.median(Test.LATENCY, Figure.P50, queue), queue, 0);
        judge.atMost(Test.LATENCY, Figure.P99, 1, results.median(Test.LATENCY, Figure.P99, queue), queue, NOISE_NANOS);
        judge.spinning(1_500);
        judge.wildcards(1.2);
        judge.atLeast(Test.ASK_SERIAL, 1.5, results.median(Test.ASK_SERIAL, Figure.RATE, "pekko"), "pekko");
        judge.atLeast(Test.ASK_256, 0.5, results.median(Test.ASK_256, Figure.RATE, ExecutorLimit.NAME), ExecutorLimit.NAME);
        judge.bytes(Test.ASK_256, 350);
        return judge.targets;
    }

    private static final class Judge {
        final List<Target> targets = new ArrayList<>();
        private final Results results;

        Judge(Results results) {
            this.results = results;
        }

        void atLeast(Test test, double factor, OptionalDouble other, String whose) {
            OptionalDouble own = results.median(test, Figure.RATE, ANOLE);
            if (own.isPresent() && other.isPresent()) {
                double bound = factor * other.getAsDouble();
                add(test, Figure.RATE, "at least " + factor + " x " + whose, bound, own.getAsDouble(),
                        own.getAsDouble() >= bound);
            }
        }

        void atMost(Test test, Figure figure, double factor, OptionalDouble other, String whose, double noise) {
            OptionalDouble own = results.median(test, figure, ANOLE);
            if (own.isPresent() && other.isPresent()) {
                double bound = Math.max(noise, factor * other.getAsDouble());
                add(test, figure, "at most " + factor + " x " + whose + (noise > 0 ? ", or " + noise / 1e6 + " ms" : ""),
                        bound, own.getAsDouble(), own.getAsDouble() <= bound);
            }
        }

        /** A bare queue allocates nothing itself: what it shows is the harness's own message. */
        void bytesBeyond(Test test, double bound, OptionalDouble harness, String whose) {
            OptionalDouble own = results.median(test, Figure.BYTES, ANOLE);
            if (own.isPresent() && harness.isPresent()) {
                double value = own.getAsDouble() - harness.getAsDouble();
                add(test, Figure.BYTES, "at most " + bound + " beyond " + whose, bound, value, value <= bound);
            }
        }

        void bytes(Test test, double bound) {
            results.median(test, Figure.BYTES, ANOLE)
                    .ifPresent(own -> add(test, Figure.BYTES, "at most " + bound, bound, own, own <= bound));
        }

        void spinning(double bound) {
            results.median(Test.LATENCY, Figure.P50, "anole-spinning").ifPresent(
                    own -> add(Test.LATENCY, Figure.P50, "spinning: at most " + bound, bound, own, own <= bound));
        }

        void wildcards(double factor) {
            OptionalDouble few = results.median(Test.WILDCARDS_10, Figure.RATE, ANOLE);
            OptionalDouble many = results.median(Test.WILDCARDS_10000, Figure.RATE, ANOLE);
            if (few.isPresent() && many.isPresent()) {
                double bound = few.getAsDouble() / factor;
                add(Test.WILDCARDS_10000, Figure.RATE, "cost at most " + factor + " x that of 10", bound,
                        many.getAsDouble(), many.getAsDouble() >= bound);
            }
        }

        private void add(Test test, Figure figure, String text, double bound, double value, boolean met) {
            targets.add(new Target(test, figure, text, bound, value, met));
        }
    }
}
