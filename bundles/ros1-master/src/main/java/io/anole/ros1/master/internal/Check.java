package io.anole.ros1.master.internal;

import java.util.Collection;
import java.util.Map;

/** What a parameter of a call must be, in the words of rosmaster, which people search for. */
@FunctionalInterface
interface Check {
    String ANY_TYPE = "*";
    int MAX_NAME = 1024;

    /** Returns what the call is to go on with: a name resolved for the caller. */
    Object check(Object value, String caller) throws Failure;

    static Check any() {
        return (value, caller) -> value;
    }

    /** A key, which the call itself resolves. */
    static Check key(String name) {
        return (value, caller) -> {
            if (empty(value)) {
                throw wrong(name, "must be specified and non-empty");
            }
            if (!(value instanceof String text)) {
                throw wrong(name, "must be a string");
            }
            return bounded(name, text);
        };
    }

    static Check api(String name) {
        return (value, caller) -> {
            if (empty(value) || !(value instanceof String uri)) {
                throw wrong(name, "is not an XMLRPC URI");
            }
            if (!uri.startsWith("http://") && !uri.startsWith("rosrpc://")) {
                throw wrong(name, "is not an RPC URI");
            }
            return bounded(name, uri);
        };
    }

    /** Of a node. */
    static Check name(String name) {
        return (value, caller) -> {
            if (empty(value) || !(value instanceof String text)) {
                throw wrong(name, "must be a non-empty string");
            }
            if (text.indexOf(':') >= 0 || text.indexOf(' ') >= 0) {
                throw wrong(name, "contains illegal chars");
            }
            return bounded(name, Names.resolve(text, caller));
        };
    }

    /** Of a topic or service. */
    static Check resource(String name) {
        return (value, caller) -> {
            Object resolved = name(name).check(value, caller);
            if (value.equals("/")) {
                throw wrong(name, "cannot be the global namespace");
            }
            return resolved;
        };
    }

    static Check subgraph(String name) {
        return (value, caller) -> {
            if (!(value instanceof String text)) {
                throw wrong(name, "must be a string");
            }
            return text.isEmpty() ? "" : bounded(name, Names.resolve(text, caller));
        };
    }

    static Check type(String name) {
        return (value, caller) -> {
            if (empty(value) || !(value instanceof String text)) {
                throw wrong(name, "must be a non-empty string");
            }
            if (!text.equals(ANY_TYPE) && text.chars().filter(c -> c == '/').count() != 1) {
                throw wrong(name, "is not a valid package resource name");
            }
            return bounded(name, text);
        };
    }

    private static String bounded(String name, String text) throws Failure {
        if (text.length() > MAX_NAME) {
            throw wrong(name, "is longer than " + MAX_NAME + " characters");
        }
        return text;
    }

    private static Failure wrong(String name, String what) {
        return new Failure(Failure.ERROR, "ERROR: parameter [" + name + "] " + what);
    }

    /** As Python sees it. */
    private static boolean empty(Object value) {
        return value.equals("") || value.equals(0) || value.equals(0.0) || value.equals(-0.0) || value.equals(false)
                || value instanceof Collection<?> list && list.isEmpty() || value instanceof Map<?, ?> map && map.isEmpty()
                || value instanceof byte[] bytes && bytes.length == 0;
    }
}
