package io.anole.supervisor.internal;

import java.util.Collections;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogReaderService;

/**
 * Finds what a component's deactivation has thrown. DS tells nobody but the log; the log knows the thread, and a process's
 * deactivation runs on its own. Loaded only where there is a log service.
 */
final class DeathLog {
    private final LogReaderService log;

    DeathLog(LogReaderService log) {
        this.log = log;
    }

    /** The newest error with an exception that this thread has logged since this time in milliseconds, or null. */
    String failure(String thread, long since) {
        for (LogEntry entry : Collections.list(log.getLog())) {
            if (entry.getTime() < since) {
                return null;
            }
            if (entry.getLogLevel() == LogLevel.ERROR && entry.getException() != null
                    && thread.equals(entry.getThreadInfo()) && entry.getMessage().contains("has thrown an exception")) {
                return Lines.of(entry.getException());
            }
        }
        return null;
    }
}
