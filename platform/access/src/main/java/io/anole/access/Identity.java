package io.anole.access;

/**
 * Who came in.
 *
 * @param name of the user or token, or {@code local} for whoever may come in without
 * @param role what they may do
 */
public record Identity(String name, Role role) {
    /** @throws Refused if the role does not suffice */
    public void need(Role needed, String what) {
        if (!role.includes(needed)) {
            throw new Refused(403, what + " needs the role " + needed.word() + ", and '" + name + "' has " + role.word());
        }
    }
}
