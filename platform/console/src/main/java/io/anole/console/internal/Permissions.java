package io.anole.console.internal;

import io.anole.access.Act;
import io.anole.access.Role;
import java.util.Map;
import java.util.Optional;
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

    /** What reads or sends messages or parameters, and the parameter of the request that tells of which names. */
    private static final Map<String, Names> NAMES = Map.of(
            "/anole-messages/state.json", new Names(Act.SUBSCRIBE, "tail", Optional.empty()),
            "/anole-messages/publish", new Names(Act.PUBLISH, "name", Optional.empty()),
            "/anole-messages/call", new Names(Act.CALL, "name", Optional.empty()),
            "/anole-parameters/state.json", new Names(Act.PARAM, "bus", Optional.of("/**")),
            "/anole-parameters/set", new Names(Act.PARAM, "name", Optional.empty()),
            "/anole-parameters/delete", new Names(Act.PARAM, "name", Optional.empty()));

    /**
     * Names that a request is about, for the rules.
     *
     * @param parameter without it the request is about none
     * @param all       what it is about, if not what the parameter says
     */
    record Names(Act act, String parameter, Optional<String> all) {
    }

    private Permissions() {
    }

    /** Empty if it is about no names that there are rules for. */
    static Optional<Names> names(String path) {
        return Optional.ofNullable(NAMES.get(path));
    }

    static Role needed(boolean reads, String path) {
        if (reads) {
            return PAGES.matcher(path).matches() && !path.contains("..") ? Role.VIEWER : Role.ADMIN;
        }
        return CHANGES.getOrDefault(path, Role.ADMIN);
    }
}
