package io.anole.children.internal;

import io.anole.process.ProcessInfo;

/** This JVM, in a reading of its process. */
final class Heap {
    private static final long MEGABYTE = 1 << 20;

    private Heap() {
    }

    static ProcessInfo in(ProcessInfo info) {
        Runtime runtime = Runtime.getRuntime();
        String jvm = "pid " + ProcessHandle.current().pid() + ", heap " + (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE
                + " of " + runtime.maxMemory() / MEGABYTE + " MB";
        return new ProcessInfo(info.name(), info.state(), info.reason(), info.bundle(), info.thread(), info.frequency(), info.cycles(),
                info.missed(), info.errors(), info.births(), info.deaths(), info.restarts(), info.mail(), info.handled(),
                info.dropped(), info.depends(), info.filters(), info.lastError(), info.rate(), info.jitterMillis(), jvm);
    }
}
