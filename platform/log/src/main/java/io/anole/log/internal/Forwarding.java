package io.anole.log.internal;

import org.osgi.framework.Bundle;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says to slf4j what OSGi's own bundles say to the OSGi log: Declarative Services of a component that fails, Configuration Admin,
 * Event Admin of a handler that it hears no more. Which levels come at all is for the log's {@code LoggerAdmin} to say.
 *
 * <p>Called by the log's own thread, and held by its lock should there be several.
 */
final class Forwarding implements LogListener {
    /** Of the framework's own events; the launcher tells those that matter. */
    private static final String EVENTS = "Events.";
    /** Of those who name no logger. */
    private static final String NAMELESS = "LogService";

    private final Repeats repeats = new Repeats(System::nanoTime);

    @Override
    public synchronized void logged(LogEntry entry) {
        String name = entry.getLoggerName();
        if (name.startsWith(EVENTS)) {
            return;
        }
        Logger logger = LoggerFactory.getLogger(name.startsWith(NAMELESS) ? whose(entry) : name);
        Level said = level(entry.getLogLevel());
        Level level = said == Level.WARN && isLeaving(entry.getBundle()) ? Level.INFO : said;
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        String text = text(entry);
        int heldBack = repeats.since(logger.getName() + text);
        if (heldBack != Repeats.TOO_SOON) {
            logger.atLevel(level).setCause(entry.getException())
                    .log(heldBack == 0 ? text : text + " (came " + heldBack + " times since it was said last)");
        }
    }

    /** Then it finds others gone, or itself interrupted, and warns of what is meant to be so. */
    private static boolean isLeaving(Bundle bundle) {
        return bundle != null && (bundle.getState() & (Bundle.STARTING | Bundle.ACTIVE)) == 0;
    }

    private static String whose(LogEntry entry) {
        Bundle bundle = entry.getBundle();
        return bundle == null || bundle.getSymbolicName() == null ? NAMELESS : bundle.getSymbolicName();
    }

    /** With what it came from, as the console shows no traces. */
    private static String text(LogEntry entry) {
        String message = entry.getMessage() == null ? "" : entry.getMessage();
        Throwable cause = entry.getException();
        if (cause == null) {
            return message;
        }
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return message + ": " + cause.toString().lines().findFirst().orElse("");
    }

    private static Level level(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case AUDIT, INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }
}
