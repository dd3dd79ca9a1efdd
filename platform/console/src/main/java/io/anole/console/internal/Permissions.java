package io.anole.console.internal;

import io.anole.access.Role;
import java.util.Map;
import java.util.regex.Pattern;

/** Which role the console asks for what. What is not named here, such as all of Felix' own pages, is the administrator's. */
final class Permissions {
    /** The robot's pages with their states, and what pages are drawn with. */
    private static final Pattern PAGES = Pattern.compile("/(anole-[a-z]+|res)(/[A-Za-z0-9_./-]*)?");
    private static final Map<String, Role> CHANGES = Map.of(
            "/anole-messages/publish", Role.OPERATOR,
            "/anole-messages/call", Role.OPERATOR,
            "/anole-parameters/set", Role.OPERATOR,
            "/anole-parameters/delete", Role.OPERATOR,
            "/anole-safety/stop", Role.OPERATOR,
            "/anole-safety/reset", Role.OPERATOR);

    private Permissions() {
    }

    static Role needed(boolean reads, String path) {
        if (reads) {
            return PAGES.matcher(path).matches() && !path.contains("..") ? Role.VIEWER : Role.ADMIN;
        }
        return CHANGES.getOrDefault(path, Role.ADMIN);
    }
}
