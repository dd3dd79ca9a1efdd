package io.anole.supervisor.internal;

import io.anole.process.ProcessName;
import io.anole.process.StateSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;

/** What a manifest says of the states that the processes of its bundle take; see {@link StateSchema}. */
final class StateSchemas {
    /** A list by commas, or the parts of one by semicolons, but for those in quotes. */
    private static final Pattern CLAUSES = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+");
    private static final Pattern PARTS = Pattern.compile("(?:[^;\"]|\"[^\"]*\")+");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s*([^:=\\s]+)\\s*(?::[^=]+)?=\\s*\"?([^\"]*)\"?\\s*");
    private static final Set<Integer> UNSAID = Set.of(1);

    /** Component classes by the names of their processes. */
    private final Map<String, String> components = new HashMap<>();
    /** Versions taken, by component class. */
    private final Map<String, Set<Integer>> accepts = new HashMap<>();

    private StateSchemas() {
    }

    /** @throws IllegalArgumentException with one line if it is no manifest of a bundle that was built as it should be */
    static StateSchemas of(Map<String, String> manifest) {
        StateSchemas schemas = new StateSchemas();
        for (String clause : all(CLAUSES, manifest.getOrDefault(Constants.PROVIDE_CAPABILITY, ""))) {
            List<String> parts = all(PARTS, clause);
            Map<String, String> attributes = attributes(parts.subList(1, parts.size()));
            String component = attributes.getOrDefault("component", "");
            switch (parts.get(0).strip()) {
                case ProcessName.NAMESPACE -> schemas.components.put(attributes.get(ProcessName.NAMESPACE), component);
                case StateSchema.NAMESPACE -> schemas.accepts.put(component, versions(attributes));
                default -> {
                    // Of somebody else.
                }
            }
        }
        return schemas;
    }

    private static Set<Integer> versions(Map<String, String> attributes) {
        String text = attributes.getOrDefault("state.accepts", "");
        try {
            return Arrays.stream(text.split(",")).map(String::strip).filter(each -> !each.isEmpty()).map(Integer::valueOf)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(Constants.PROVIDE_CAPABILITY + ": state.accepts '" + text
                    + "' are not whole numbers; build the bundle with @StateSchema", e);
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find();) {
            found.add(matcher.group());
        }
        return found;
    }

    private static Map<String, String> attributes(List<String> parts) {
        Map<String, String> attributes = new HashMap<>();
        for (String part : parts) {
            Matcher matcher = ATTRIBUTE.matcher(part);
            if (matcher.matches()) {
                attributes.put(matcher.group(1), matcher.group(2));
            }
        }
        return attributes;
    }

    /**
     * Why the process can't take a state of this version, in one line; empty if it can.
     *
     * @param former the component that gives it: a process may have its name by configuration, of which the manifest knows nothing
     */
    Optional<String> refusal(String process, String former, int version) {
        String component = components.getOrDefault(process, former);
        Set<Integer> taken = accepts.getOrDefault(component, UNSAID);
        return taken.contains(version) ? Optional.empty()
                : Optional.of("process '" + process + "' has a state of version " + version + " to hand over, and the new version"
                        + " takes " + taken.stream().sorted().toList() + " only; let it accept " + version
                        + " in its @StateSchema, or stop the process first");
    }
}
