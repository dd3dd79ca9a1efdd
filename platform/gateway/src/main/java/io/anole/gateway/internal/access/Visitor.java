package io.anole.gateway.internal.access;

import java.util.Locale;

/**
 * Who came in by a door.
 *
 * @param name of the token, or {@code local}
 * @param role what the visitor may do
 */
public record Visitor(String name, Role role) {
    /** @throws Refusal if the role does not suffice */
    public void need(Role needed, String what) {
        if (!role.includes(needed)) {
            throw new Refusal(403, what + " needs the role " + needed.name().toLowerCase(Locale.ROOT) + ", and '" + name
                    + "' has " + role.name().toLowerCase(Locale.ROOT));
        }
    }
}
