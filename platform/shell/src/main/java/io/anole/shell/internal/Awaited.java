package io.anole.shell.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process waits for in the end: if that waits in turn, what that waits for.
 *
 * @param kind   {@code bus} or {@code process}
 * @param absent no process has that name
 */
record Awaited(String kind, String name, boolean absent) {
    private static final Pattern LAST = Pattern.compile(".*waits for (bus|process) '([^']+)'(, which is not there)?.*", Pattern.DOTALL);

    /** @param reason of its state, as the supervisor says it */
    static Optional<Awaited> of(String reason) {
        Matcher last = LAST.matcher(reason);
        return reason.startsWith("waits for ") && last.matches()
                ? Optional.of(new Awaited(last.group(1), last.group(2), last.group(3) != null)) : Optional.empty();
    }

    @Override
    public String toString() {
        return kind + " '" + name + "'";
    }
}
