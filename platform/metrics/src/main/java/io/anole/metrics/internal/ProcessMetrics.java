package io.anole.metrics.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.Supervisor;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** How the processes stand: read when somebody asks. */
final class ProcessMetrics implements MultiCollector {
    private static final String LABEL = "process";

    private final Supplier<Optional<Supervisor>> supervisor;

    ProcessMetrics(Supplier<Optional<Supervisor>> supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public MetricSnapshots collect() {
        Family state = Family.gauge("process_state", "1 for the state the process is in", LABEL, "state");
        Family frequency = Family.gauge("process_frequency_hertz", "How often life() is meant to run", LABEL);
        Family cycles = Family.counter("process_cycles", "Cycles done since its birth", LABEL);
        Family missed = Family.counter("process_missed_cycles", "Cycles skipped because one took too long", LABEL);
        Family errors = Family.counter("process_errors", "Exceptions in cycles and handlers", LABEL);
        Family births = Family.counter("process_births", "Times it was born", LABEL);
        Family restarts = Family.counter("process_restarts", "Restarts by policy", LABEL);
        Family waiting = Family.gauge("process_mail_waiting", "Mails and tasks waiting", LABEL);
        Family handled = Family.counter("process_handled", "Mails, tasks and messages handled", LABEL);
        Family dropped = Family.counter("process_dropped", "Mails and tasks dropped", LABEL);
        for (ProcessInfo one : supervisor.get().map(Supervisor::processes).orElse(List.of())) {
            state.add(1, one.name(), one.state().name().toLowerCase(Locale.ROOT));
            frequency.add(one.frequency(), one.name());
            cycles.add(one.cycles(), one.name());
            missed.add(one.missed(), one.name());
            errors.add(one.errors(), one.name());
            births.add(one.births(), one.name());
            restarts.add(one.restarts(), one.name());
            waiting.add(one.mail(), one.name());
            handled.add(one.handled(), one.name());
            dropped.add(one.dropped(), one.name());
        }
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        List.of(state, frequency, cycles, missed, errors, births, restarts, waiting, handled, dropped)
                .forEach(family -> all.metricSnapshot(family.snapshot()));
        return all.build();
    }
}
