package io.anole.benchmarks.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.provider.local.internal.LocalProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a publisher on a new topic costs among 10,000 subscriptions, most with wildcards: the local provider's route, a scan
 * of all patterns, and the look-up of a route that is known already, which is the limit.
 */
final class Matching extends Scenario {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final Link link;
    private final Pattern[] patterns;
    private final Name[] topics = new Name[4096];
    private final Map<Name, Integer> known = new HashMap<>();
    private int next;
    private long matched;

    Matching() {
        patterns = patterns(10_000).stream().map(Pattern::of).toArray(Pattern[]::new);
        link = new LocalProvider().open(new LinkConfig("bench", "bench", Map.of()), new Quiet());
        for (Pattern pattern : patterns) {
            link.subscribe(pattern, Qos.DEFAULT, message -> DONE);
        }
        Random random = new Random(11);
        for (int i = 0; i < topics.length; i++) {
            topics[i] = Name.of("site" + random.nextInt(20) + "/robot" + random.nextInt(100) + "/sensor"
                    + random.nextInt(20) + (i % 2 == 0 ? "" : "/v" + random.nextInt(200)));
            known.put(topics[i], i);
        }
    }

    /** Patterns as a fleet's tools would have them: a quarter exact, half with {@code *}, a quarter with {@code **}. */
    static List<String> patterns(int count) {
        Random random = new Random(7);
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String site = "site" + random.nextInt(20);
            String robot = "robot" + random.nextInt(100);
            String sensor = "sensor" + random.nextInt(20);
            patterns.add(switch (i % 4) {
                case 0 -> site + "/" + robot + "/" + sensor;
                case 1 -> site + "/*/" + sensor + "/v" + random.nextInt(200);
                case 2 -> "*/" + robot + "/" + sensor + "/v" + random.nextInt(200);
                default -> site + "/" + robot + "/part" + random.nextInt(50) + "/**";
            });
        }
        return patterns;
    }

    /** Topics per second: the provider, a scan, a look-up. */
    @Override
    double[] round(long millis) {
        long third = millis / 3;
        return new double[] {rate(third, this::advertise), rate(third, this::scan), rate(third, this::lookUp)};
    }

    private interface Step {
        void match(Name topic);
    }

    private double rate(long millis, Step step) {
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000;
        long count = 0;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < 4; i++, count++) {
                step.match(topics[next++ & topics.length - 1]);
            }
        }
        return count * 1e9 / (System.nanoTime() - begin);
    }

    private void advertise(Name topic) {
        link.advertise(topic, "", Qos.DEFAULT).close();
    }

    private void scan(Name topic) {
        for (Pattern pattern : patterns) {
            if (pattern.matches(topic)) {
                matched++;
            }
        }
    }

    private void lookUp(Name topic) {
        matched += known.get(topic);
    }

    @Override
    public void close() {
        link.close();
        if (matched == 0) {
            throw new IllegalStateException("nothing matched");
        }
    }

    /** A link inside this JVM has nothing to tell. */
    private static final class Quiet implements LinkListener {
        @Override
        public void up(String where) {
            // As expected.
        }

        @Override
        public void down(String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void dropped(Drop reason, long count) {
            throw new IllegalStateException(reason + " " + count);
        }
    }
}
