package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.Candidate.Role;
import java.util.List;

/** Everything that is measured, and what each round of it tells. */
enum Test {
    ONE_TO_ONE(1, 1, Figure.RATE, Figure.BYTES),
    ONE_TO_EIGHT(1, 8, Figure.RATE, Figure.BYTES),
    EIGHT_TO_ONE(8, 1, Figure.RATE, Figure.BYTES),
    LATENCY(1, 1, Figure.P50, Figure.P99, Figure.P999),
    ASK_SERIAL(0, 0, Figure.RATE, Figure.P50, Figure.P99),
    ASK_256(0, 0, Figure.RATE, Figure.BYTES),
    /** Publishing while 10 subscriptions with wildcards are there, or 10,000. */
    WILDCARDS_10(1, 1, Figure.RATE, Figure.BYTES),
    WILDCARDS_10000(1, 1, Figure.RATE, Figure.BYTES),
    /** Finding the route of a new topic among 10,000 subscriptions. */
    MATCHING(1, 1, Figure.RATE, Figure.SCAN, Figure.LOOK_UP);

    /** One number of a round. */
    enum Figure {
        RATE("per second"), BYTES("bytes"), P50("ns"), P99("ns"), P999("ns"), SCAN("per second"), LOOK_UP("per second");

        final String unit;

        Figure(String unit) {
            this.unit = unit;
        }
    }

    final int publishers;
    final int subscribers;
    final List<Figure> figures;

    Test(int publishers, int subscribers, Figure... figures) {
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.figures = List.of(figures);
    }

    /** Whether it makes sense for the candidate. */
    boolean suits(Candidate candidate) {
        boolean spinning = candidate instanceof Anole anole && anole.spins();
        return switch (this) {
            case WILDCARDS_10, WILDCARDS_10000, MATCHING -> candidate.role() == Role.ANOLE && !spinning;
            case LATENCY -> candidate.takesPart(1, 1);
            default -> !spinning && candidate.takesPart(publishers, subscribers);
        };
    }

    Scenario open(Candidate candidate) throws Exception {
        return switch (this) {
            case LATENCY -> new Latency(candidate.bus());
            case ASK_SERIAL -> new SerialAsks(candidate.asker());
            case ASK_256 -> new PipelinedAsks(candidate.asker());
            case WILDCARDS_10 -> new Throughput(Anole.among(Matching.patterns(10)), 1, 1);
            case WILDCARDS_10000 -> new Throughput(Anole.among(Matching.patterns(10_000)), 1, 1);
            case MATCHING -> new Matching();
            default -> new Throughput(candidate.bus(), publishers, subscribers);
        };
    }

    /** As results name it. */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
