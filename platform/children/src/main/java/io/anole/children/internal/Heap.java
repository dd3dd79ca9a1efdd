package io.anole.children.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.ProcessInfo.Jvm;
import java.util.List;
import java.util.Optional;

/** This JVM, in a reading of its process; which options were asked for its parent knows. */
final class Heap {
    private static final long MEGABYTE = 1 << 20;

    private Heap() {
    }

    static ProcessInfo in(ProcessInfo info) {
        Runtime runtime = Runtime.getRuntime();
        Jvm jvm = new Jvm(ProcessHandle.current().pid(), (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE,
                runtime.maxMemory() / MEGABYTE, List.of());
        return new ProcessInfo(info.name(), info.state(), info.reason(), info.bundle(), info.thread(), info.frequency(), info.cycles(),
                info.missed(), info.errors(), info.births(), info.deaths(), info.restarts(), info.mail(), info.handled(),
                info.dropped(), info.depends(), info.filters(), info.lastError(), info.rate(), info.jitterMillis(), true, Optional.of(jvm));
    }
}
