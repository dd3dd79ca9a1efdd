package io.anole.shell.internal;

import io.anole.bus.provider.Checkup.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that {@code doctor} tells.
 *
 * @param todo empty if nothing is to be done
 * @param kind of a leak; otherwise empty
 */
record Finding(Level level, String area, String what, String why, String todo, String kind) {
    /** Why of what follows from a problem, and is none itself. */
    static final String TOLD = "that is a problem of its own here";

    Finding(Level level, String area, String what, String why, String todo) {
        this(level, area, what, why, todo, "");
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("level", level.name().toLowerCase(Locale.ROOT));
        tree.put("area", area);
        tree.put("what", what);
        tree.put("why", why);
        tree.put("do", todo);
        if (!kind.isEmpty()) {
            tree.put("kind", kind);
        }
        return tree;
    }
}
