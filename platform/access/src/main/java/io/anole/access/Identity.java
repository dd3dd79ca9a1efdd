package io.anole.access;

import io.anole.bus.Pattern;

/**
 * Who came in.
 *
 * @param name   of the user or token, or {@code local} for whoever may come in without
 * @param role   what they may do
 * @param rights on which names
 */
public record Identity(String name, Role role, Rights rights) {
    /** Without rules. */
    public Identity(String name, Role role) {
        this(name, role, Rights.ALL);
    }

    /** @throws Refused if the role does not suffice */
    public void need(Role needed, String what) {
        if (!role.includes(needed)) {
            throw new Refused(403, what + " needs the role " + needed.word() + ", and '" + name + "' has " + role.word());
        }
    }

    /**
     * Asks the rules, and not the role.
     *
     * @throws Refused if there is a rule for it, and not all of these names are in it
     */
    public void need(Act act, Pattern names) {
        if (!rights.allow(act, names)) {
            throw new Refused(403, "'" + name + "' may not " + (act == Act.PARAM ? "use parameter" : act.word()) + " " + names
                    + ": see rules of io.anole.access");
        }
    }
}
