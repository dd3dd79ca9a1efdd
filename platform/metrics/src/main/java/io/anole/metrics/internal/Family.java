package io.anole.metrics.internal;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One metric of one scrape: a value for each set of labels. What is added under the same labels is summed up. */
final class Family {
    private final boolean counter;
    private final String name;
    private final String help;
    private final String[] labels;
    private final Map<List<String>, Double> values = new LinkedHashMap<>();

    private Family(boolean counter, String name, String help, String... labels) {
        this.counter = counter;
        this.name = "anole_" + name;
        this.help = help;
        this.labels = labels;
    }

    /** Of something that only grows, until its owner goes. */
    static Family counter(String name, String help, String... labels) {
        return new Family(true, name, help, labels);
    }

    static Family gauge(String name, String help, String... labels) {
        return new Family(false, name, help, labels);
    }

    /** @param of the values of the labels, in their order */
    void add(double value, String... of) {
        values.merge(List.of(of), value, Double::sum);
    }

    MetricSnapshot snapshot() {
        if (counter) {
            CounterSnapshot.Builder all = CounterSnapshot.builder().name(name).help(help);
            values.forEach((of, value) -> all.dataPoint(
                    CounterDataPointSnapshot.builder().labels(labels(of)).value(value).build()));
            return all.build();
        }
        GaugeSnapshot.Builder all = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((of, value) -> all.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels(of)).value(value).build()));
        return all.build();
    }

    private Labels labels(List<String> of) {
        return labels.length == 0 ? Labels.EMPTY : Labels.of(labels, of.toArray(String[]::new));
    }
}
