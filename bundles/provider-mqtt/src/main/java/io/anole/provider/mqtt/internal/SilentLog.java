package io.anole.provider.mqtt.internal;

import java.util.ResourceBundle;
import org.eclipse.paho.mqttv5.client.logging.Logger;

/**
 * Keeps Paho quiet. It logs every packet, and stack traces for each broken connection, past the log that the runtime has set
 * up; what of that matters to a user reaches the link as a reason, and is told in one line. Paho makes it by its name.
 */
public final class SilentLog implements Logger {
    @Override
    public void initialise(ResourceBundle messages, String name, String resource) {
        // says nothing, so needs nothing
    }

    @Override
    public void setResourceName(String context) {
        // says nothing, so needs nothing
    }

    @Override
    public boolean isLoggable(int level) {
        return false;
    }

    @Override
    public void severe(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void severe(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void severe(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void warning(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void warning(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void warning(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void info(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void info(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void info(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void config(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void config(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void config(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void fine(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void fine(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void fine(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void finer(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void finer(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void finer(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void finest(String sourceClass, String sourceMethod, String text) {
        // silent
    }

    @Override
    public void finest(String sourceClass, String sourceMethod, String text, Object[] inserts) {
        // silent
    }

    @Override
    public void finest(String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void log(int level, String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public void trace(int level, String sourceClass, String sourceMethod, String text, Object[] inserts, Throwable thrown) {
        // silent
    }

    @Override
    public String formatMessage(String text, Object[] inserts) {
        return text;
    }

    @Override
    public void dumpTrace() {
        // silent
    }
}
