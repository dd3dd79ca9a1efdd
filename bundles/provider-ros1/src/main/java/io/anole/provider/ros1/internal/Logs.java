package io.anole.provider.ros1.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The log of this runtime. Safe for any thread. */
interface Logs {
    /** Where nothing of the log can be had. */
    Logs NONE = new Logs() {
        @Override
        public Runnable follow(Severity least, Consumer<Line> reader) {
            return () -> { };
        }

        @Override
        public Map<String, Severity> loggers() {
            return Map.of();
        }

        @Override
        public boolean set(String logger, Severity level) {
            return false;
        }
    };

    /** What was logged. */
    record Line(Instant time, Severity level, String logger, String text, List<String> markers) {
    }

    /**
     * Hears what is logged from now on.
     *
     * @param reader called on the threads that log, and so must be quick
     * @return ends it
     */
    Runnable follow(Severity least, Consumer<Line> reader);

    /** All loggers, and the least level that each lets through. */
    Map<String, Severity> loggers();

    /** Sets what a logger lets through. False if there is no logger of that name. */
    boolean set(String logger, Severity level);

    /** This runtime's, if it can be had. */
    static Logs here() {
        try {
            return LogbackLogs.here();
        } catch (NoClassDefFoundError e) {
            return NONE; // the packages of Logback are imported optionally, and nobody exports them
        }
    }
}
