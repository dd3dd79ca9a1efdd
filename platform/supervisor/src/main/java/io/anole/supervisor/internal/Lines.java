package io.anole.supervisor.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Errors, and what they are about, in one line for a user. */
final class Lines {
    private static final int MAX_LENGTH = 500;
    private static final String CAUSE = "Caused by: ";

    private Lines() {
    }

    /** What was thrown: the message, with the class's name where it says more. */
    static String of(Throwable thrown) {
        Throwable cause = cause(thrown);
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        return oneLine(message == null || message.isBlank() ? name : name + ": " + message);
    }

    /** What went wrong itself: a stage, a task or a reflected call only says that something did. Null for null. */
    static Throwable cause(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException
                || cause instanceof InvocationTargetException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The innermost cause in a printed stack. */
    static String ofTrace(String trace) {
        int last = trace.lastIndexOf(CAUSE);
        String line = trace.substring(last < 0 ? 0 : last + CAUSE.length()).lines().findFirst().orElse("").strip();
        int colon = line.indexOf(':');
        String type = colon < 0 ? line : line.substring(0, colon);
        return oneLine(line.substring(type.lastIndexOf('.') + 1));
    }

    /** Symbolic name and version; empty for none. */
    static String of(Bundle bundle) {
        return bundle == null ? "" : bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    /** A component and its bundle. */
    static String of(ServiceReference<?> component) {
        return component.getProperty("component.name") + " of " + of(component.getBundle());
    }

    /** A text without line breaks, cut where it is too long. */
    static String oneLine(String text) {
        String line = text.replaceAll("\\s*\\R\\s*", " ").strip();
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
    }
}
