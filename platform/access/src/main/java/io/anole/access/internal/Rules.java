package io.anole.access.internal;

import io.anole.access.Identity;
import io.anole.access.Rights;
import io.anole.access.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which names on a bus somebody may use. A line is who, and rules: {@code pad publish=/cmd_vel call=} or, for all who have a
 * role and no line that speaks of the same, {@code role:viewer subscribe=/odom,/battery}. Immutable.
 */
final class Rules {
    private static final String ROLE = "role:";

    private final Map<String, Rights> lines = new HashMap<>();

    /** @throws IllegalArgumentException with the line that is wrong, and why */
    Rules(String... lines) {
        for (String line : lines) {
            try {
                add(List.of(line.strip().split("\\s+")));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(DoorkeeperConfig.PID + ": rules: '" + line + "': " + e.getMessage(), e);
            }
        }
    }

    private void add(List<String> words) {
        String who = words.get(0);
        String key = who.startsWith(ROLE) ? key(Role.of(who.substring(ROLE.length()))) : Secret.legal(who);
        if (lines.put(key, Rights.of(words.subList(1, words.size()))) != null) {
            throw new IllegalArgumentException("there is a line for " + who + " already");
        }
    }

    private static String key(Role role) {
        return ROLE + role.word();
    }

    /** The same with its rights. */
    Identity given(Identity identity) {
        Rights own = lines.getOrDefault(identity.name(), Rights.ALL);
        Rights general = lines.getOrDefault(key(identity.role()), Rights.ALL);
        return new Identity(identity.name(), identity.role(), own.otherwise(general));
    }
}
