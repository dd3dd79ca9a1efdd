package io.anole.children.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Threads of this JVM that wait for each other for ever. */
final class Deadlock {
    private Deadlock() {
    }

    /** Who waits for what and who has it, in one line; empty if nobody does. */
    static Optional<String> find() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] found = threads.findDeadlockedThreads();
        if (found == null) {
            return Optional.empty();
        }
        return Optional.of("deadlock: " + Arrays.stream(threads.getThreadInfo(found)).filter(Objects::nonNull).map(Deadlock::text)
                .collect(Collectors.joining("; ")));
    }

    private static String text(ThreadInfo thread) {
        return "thread '" + thread.getThreadName() + "' waits for " + thread.getLockName() + ", which thread '"
                + thread.getLockOwnerName() + "' has";
    }
}
