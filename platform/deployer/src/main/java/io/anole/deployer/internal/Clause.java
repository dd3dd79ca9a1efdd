package io.anole.deployer.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * One clause of a manifest header.
 *
 * @param text       all of it
 * @param paths      what stands before its parameters, such as packages
 * @param parameters attributes by name and directives by name and colon, without quotes
 */
record Clause(String text, List<String> paths, Map<String, String> parameters) {
    /** The clauses of a header, which may be null. */
    static List<Clause> of(String header) {
        List<Clause> clauses = new ArrayList<>();
        if (header != null) {
            split(header, ',').stream().filter(text -> !text.isBlank()).forEach(text -> clauses.add(one(text)));
        }
        return clauses;
    }

    private static Clause one(String text) {
        List<String> paths = new ArrayList<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : split(text, ';')) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                paths.add(part.trim());
            } else {
                String name = part.substring(0, equals).trim();
                String value = part.substring(equals + 1).trim();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                parameters.put(typeless(name), quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return new Clause(text, paths, parameters);
    }

    /** {@code accepts:List<Long>} is the attribute {@code accepts}; {@code filter:} is a directive and keeps its colon. */
    private static String typeless(String name) {
        int colon = name.indexOf(':');
        return colon < 0 || colon == name.length() - 1 ? name : name.substring(0, colon).trim();
    }

    /** Splits outside quotes. */
    private static List<String> split(String text, char at) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == at && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }

    /** The version it exports with. */
    Version version() {
        return Version.parseVersion(parameters.get("version"));
    }

    /** Whether what it imports may have this version. */
    boolean accepts(Version version) {
        String range = parameters.get("version");
        return range == null || new VersionRange(range).includes(version);
    }

    boolean optional() {
        return "optional".equals(parameters.get("resolution:"));
    }
}
