package io.anole.launcher.internal;

import org.apache.felix.framework.Logger;
import org.slf4j.LoggerFactory;

/** Sends the framework's own messages to the log instead of standard output. */
final class FrameworkLog extends Logger {
    private final org.slf4j.Logger log = LoggerFactory.getLogger("org.apache.felix.framework");

    @Override
    protected void doLog(int level, String message, Throwable thrown) {
        switch (level) {
            case LOG_ERROR -> log.error(message, thrown);
            case LOG_WARNING -> log.warn(message, thrown);
            case LOG_INFO -> log.info(message, thrown);
            default -> log.debug(message, thrown);
        }
    }
}
