package io.anole.testkit.contract;

import io.anole.testkit.Line;
import io.anole.testkit.TestBus;

/** Two ends of one system: where links meet, a line and a bus for each; otherwise both share one. */
record Pair(Line lineHere, TestBus busHere, Line lineThere, TestBus busThere) implements AutoCloseable {
    static Pair open(ProviderContract subject) {
        Line lineHere = subject.line();
        TestBus busHere = open(subject, lineHere);
        if (!subject.linksMeet()) {
            return new Pair(lineHere, busHere, lineHere, busHere);
        }
        Line lineThere = subject.line();
        try {
            return new Pair(lineHere, busHere, lineThere, open(subject, lineThere));
        } catch (RuntimeException | Error failure) {
            busHere.close();
            lineHere.close();
            throw failure;
        }
    }

    private static TestBus open(ProviderContract subject, Line line) {
        try {
            return TestBus.open(subject.context(), subject.provider(), line.properties(), subject.patience());
        } catch (RuntimeException | Error failure) {
            line.close();
            throw failure;
        }
    }

    @Override
    public void close() {
        busThere.close();
        busHere.close();
        lineThere.close();
        lineHere.close();
    }
}
