package io.anole.provider.ros1.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** The log as Logback has it: an appender at the root, see docs/decisions/rosout.md. */
final class LogbackLogs implements Logs {
    private static final int LONGEST = 4096;

    private final LoggerContext context;

    private LogbackLogs(LoggerContext context) {
        this.context = context;
    }

    static Logs here() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context ? new LogbackLogs(context) : NONE;
    }

    @Override
    public Runnable follow(Severity least, Consumer<Line> reader) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                Severity level = severity(event.getLevel());
                if (level.compareTo(least) >= 0) {
                    reader.accept(new Line(event.getInstant(), level, event.getLoggerName(), text(event), markers(event)));
                }
            }
        };
        appender.setContext(context);
        appender.setName("rosout");
        appender.start();
        root.addAppender(appender);
        return () -> {
            root.detachAppender(appender);
            appender.stop();
        };
    }

    private static List<String> markers(ILoggingEvent event) {
        return event.getMarkerList() == null ? List.of() : event.getMarkerList().stream().map(Marker::getName).toList();
    }

    private static String text(ILoggingEvent event) {
        String text = String.valueOf(event.getFormattedMessage());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            text += ": " + thrown.getClassName() + ": " + thrown.getMessage();
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
    }

    @Override
    public Map<String, Severity> loggers() {
        Map<String, Severity> levels = new TreeMap<>();
        context.getLoggerList().forEach(logger -> levels.put(logger.getName(), severity(logger.getEffectiveLevel())));
        return levels;
    }

    @Override
    public boolean set(String logger, Severity level) {
        Logger found = context.exists(logger);
        if (found == null) {
            return false;
        }
        found.setLevel(switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
            case FATAL -> Level.OFF; // Logback has none
        });
        return true;
    }

    private static Severity severity(Level level) {
        return level.toInt() > Level.ERROR_INT ? Severity.FATAL : level.toInt() >= Level.ERROR_INT ? Severity.ERROR
                : level.toInt() >= Level.WARN_INT ? Severity.WARN : level.toInt() >= Level.INFO_INT ? Severity.INFO : Severity.DEBUG;
    }
}
