package io.anole.gateway.internal.access;

import io.anole.access.Act;
import io.anole.access.Audit;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Role;
import io.anole.bus.Name;
import io.anole.bus.Pattern;

/**
 * Who came in by a door.
 *
 * @param door    in a word
 * @param address from where
 */
public record Visitor(Identity identity, String door, String address, Audit audit) {
    public String name() {
        return identity.name();
    }

    /** @throws Refusal if the role does not suffice */
    public void need(Role needed, String what) {
        try {
            identity.need(needed, what);
        } catch (Refused refused) {
            throw new Refusal(refused.status(), refused.getMessage());
        }
    }

    /** @throws Refusal if the rules do not allow it */
    public void need(Act act, Name name) {
        try {
            identity.need(act, Pattern.of(name));
        } catch (Refused refused) {
            throw new Refusal(refused.status(), refused.getMessage());
        }
    }

    /** Whether the rules allow it. */
    public boolean may(Act act, Name name) {
        return identity.rights().allow(act, Pattern.of(name));
    }

    /** Writes down what was changed, or should have been. */
    public void did(String what, String result) {
        audit.record(door, name(), address, what, result);
    }
}
