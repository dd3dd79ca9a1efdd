package io.anole.ros1.master.internal;

import java.util.ArrayList;
import java.util.List;

/** Graph names, as rosmaster resolves them: it checks little, and neither do we. */
final class Names {
    private Names() {
    }

    static List<String> segments(String name) {
        List<String> segments = new ArrayList<>();
        for (String segment : name.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** Without doubled or trailing slashes. */
    static String canonical(String name) {
        if (name.isEmpty() || name.equals("/")) {
            return name;
        }
        return (name.startsWith("/") ? "/" : "") + String.join("/", segments(name));
    }

    /** With a slash at its end. */
    private static String namespace(String name) {
        String bare = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        int slash = bare.lastIndexOf('/');
        return slash < 0 ? "/" : bare.substring(0, slash + 1);
    }

    /** As seen by a node. */
    static String resolve(String name, String node) {
        if (name.isEmpty()) {
            return namespace(node);
        }
        String canonical = canonical(name);
        if (canonical.startsWith("/")) {
            return canonical;
        }
        return canonical.startsWith("~") ? canonical(node + "/" + canonical.substring(1)) : namespace(node) + canonical;
    }

    static String join(String namespace, String name) {
        if (name.startsWith("/") || name.startsWith("~") || namespace.isEmpty()) {
            return name;
        }
        return namespace.endsWith("/") ? namespace + name : namespace + "/" + name;
    }
}
