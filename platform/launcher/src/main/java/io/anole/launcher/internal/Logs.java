package io.anole.launcher.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Logging: all to {@code log/anole.log} (at most six files of 5 MB), warnings in short to the console. A home with its own
 * {@code etc/logback.xml} decides itself. Logback finds this class as its configurator and so reads no XML at start-up;
 * the appenders come with {@link #start}, once the home is known.
 */
public final class Logs extends ContextAwareBase implements Configurator {

    /** Called by logback with the first logger: nothing is known yet, and its own search is not wanted. */
    @Override
    public ExecutionStatus configure(LoggerContext loggerContext) {
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** @param json whether the file has a JSON object on each line */
    static void start(Home home, boolean json) throws LaunchException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Path own = home.resolve("etc/logback.xml");
        if (Files.exists(own)) {
            try {
                context.putProperty("anole.home", home.directory().toString());
                JoranConfigurator joran = new JoranConfigurator();
                joran.setContext(context);
                joran.doConfigure(own.toFile());
                return;
            } catch (JoranException e) {
                throw LaunchException.configuration(own + ": " + e.getMessage());
            }
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        if (System.getProperty("anole.child") == null) {
            root.addAppender(file(context, home.resolve("log"), json));
            root.addAppender(console(context, Level.WARN));
        } else {
            // Its parent has a log, and reads what it says.
            root.addAppender(console(context, Level.INFO));
        }
        // The embedded broker warns of what MQTT allows: an acknowledgement that crossed the end of its subscription.
        context.getLogger("org.apache.activemq.artemis.core.protocol.mqtt.MQTTPublishManager").setLevel(Level.ERROR);
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path directory, boolean json) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setFile(directory.resolve("anole.log").toString());
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(directory.resolve("anole.%i.log").toString());
        rolling.setMinIndex(1);
        rolling.setMaxIndex(5);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        // Of its own it looks once a minute, and a flood would fill the disk meanwhile.
        size.setCheckIncrement(Duration.buildByMilliseconds(100));
        size.setMaxFileSize(new FileSize(5 * FileSize.MB_COEFFICIENT));
        size.start();
        file.setRollingPolicy(rolling);
        file.setTriggeringPolicy(size);
        start(file, json ? json() : text("%d{ISO8601} %-5level [%thread] %logger{36}: %msg%n"), context);
        return file;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Level least) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        ThresholdFilter warnings = new ThresholdFilter();
        warnings.setLevel(least.toString());
        warnings.start();
        console.addFilter(warnings);
        start(console, text("%-5level %logger{0}: %msg%n%nopex"), context);
        return console;
    }

    private static Encoder<ILoggingEvent> text(String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(pattern);
        return encoder;
    }

    private static Encoder<ILoggingEvent> json() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, Encoder<ILoggingEvent> encoder, LoggerContext context) {
        encoder.setContext(context);
        encoder.start();
        appender.setEncoder(encoder);
        appender.start();
    }

    static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }
}
