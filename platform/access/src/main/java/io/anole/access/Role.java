package io.anole.access;

import java.util.Locale;

/** What somebody may do; each role may do what those before it may. */
public enum Role {
    /** Reads topics, parameters and states. */
    VIEWER,
    /** Publishes, calls services, sets parameters, stops the robot. */
    OPERATOR,
    /** Starts and stops processes, moves buses, deploys, configures. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if the word is no role */
    public static Role of(String word) {
        for (Role role : values()) {
            if (role.name().equalsIgnoreCase(word)) {
                return role;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no role: there are viewer, operator and admin");
    }
}
