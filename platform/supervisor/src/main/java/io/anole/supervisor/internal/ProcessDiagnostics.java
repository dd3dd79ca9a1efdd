package io.anole.supervisor.internal;

import io.anole.core.DiagnosticSource;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.types.diagnostic.DiagnosticStatus;
import io.anole.types.diagnostic.KeyValue;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How the processes are, for {@code /diagnostics}. */
@Component
public final class ProcessDiagnostics implements DiagnosticSource {
    /** Of slower ones a second does not tell the rate. */
    private static final double TELLING_HZ = 10;
    private static final double SLOW = 0.8;

    private final Supervisor supervisor;

    @Activate
    public ProcessDiagnostics(@Reference Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public List<DiagnosticStatus> diagnostics(String runtime) {
        return supervisor.processes().stream().map(info -> status(info, runtime)).toList();
    }

    private static DiagnosticStatus status(ProcessInfo info, String runtime) {
        String state = info.state().name().toLowerCase(Locale.ROOT);
        boolean slow = info.state() == State.ACTIVE && info.frequency() >= TELLING_HZ && info.rate() > 0
                && info.rate() < SLOW * info.frequency();
        boolean failed = info.state() == State.ERRORPROCESSING || info.state() == State.FINALIZED && !info.lastError().isEmpty();
        String message = slow ? "life() only " + decimal(info.rate()) + " times a second instead of " + decimal(info.frequency())
                : state + (info.reason().isEmpty() ? "" : ": " + info.reason());
        return new DiagnosticStatus(failed ? DiagnosticStatus.ERROR : slow ? DiagnosticStatus.WARN : DiagnosticStatus.OK,
                "anole: process " + info.name(), message, runtime,
                List.of(value("state", state), value("rate_hz", decimal(info.rate())), value("frequency_hz", decimal(info.frequency())),
                        value("jitter_ms", decimal(info.jitterMillis())), value("missed", info.missed()),
                        value("errors", info.errors()), value("restarts", info.restarts()), value("mail", info.mail()),
                        value("dropped", info.dropped()), value("last_error", info.lastError())));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static KeyValue value(String key, Object value) {
        return new KeyValue(key, String.valueOf(value));
    }
}
