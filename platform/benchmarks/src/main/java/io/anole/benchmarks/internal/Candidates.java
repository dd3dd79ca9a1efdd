package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All candidates there are: Anole, the limits, and the peers on the class path. */
final class Candidates {
    private Candidates() {
    }

    static List<Candidate> all() {
        List<Candidate> all = new ArrayList<>(List.of(new Anole("anole", false), new Anole("anole-spinning", true),
                new DirectCall(), new BlockingQueueLimit(), new ExecutorLimit()));
        ServiceLoader.load(Candidate.class).forEach(all::add);
        return all;
    }

    static Candidate named(String name) {
        return all().stream().filter(candidate -> candidate.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no candidate '" + name + "'"));
    }
}
