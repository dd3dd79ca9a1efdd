package io.anole.access.internal;

import io.anole.access.Role;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;

/** Somebody whom a client certificate with this name proves. */
record Certified(String name, Role role, Optional<LocalDate> lastDay) {
    private static final String PROOF = "tls";

    /** Whether an entry of the configuration is one. */
    static boolean is(String given) {
        String[] parts = given.split(":", -1);
        return parts.length > 2 && parts[2].equals(PROOF);
    }

    /** @param given as in a configuration: {@code name:role:tls[:last day]} */
    static Certified configured(String given) {
        String[] parts = given.split(":", -1);
        try {
            if (parts.length > 4) {
                throw new IllegalArgumentException("it is not name:role:tls[:date]");
            }
            return new Certified(Secret.legal(parts[0]), Role.of(parts[1]),
                    parts.length > 3 ? Optional.of(LocalDate.parse(parts[3])) : Optional.empty());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(DoorkeeperConfig.PID + ": tokens: '" + given + "': " + e.getMessage(), e);
        }
    }
}
