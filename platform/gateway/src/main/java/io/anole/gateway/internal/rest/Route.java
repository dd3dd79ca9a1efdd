package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that can be done: how it is asked for, who may, and what does it. The same table serves requests and makes the
 * OpenAPI document.
 *
 * @param path    below {@code /api}, with {@code {name}} for a parameter that is a segment
 * @param id      the operation's name in the document
 * @param query   parameters of the query
 * @param takes   what the body is, or empty if there is none
 * @param answers the schema of the answer; empty for an answer without a body
 * @param action  the answer's tree, or null if it has answered by itself or there is nothing to say
 */
record Route(String method, String path, String id, String summary, Role role, List<Parameter> query, Optional<String> takes,
        Map<String, Object> answers, String mediaType, Action action) {
    /** A parameter of the query. */
    record Parameter(String name, String type, boolean required, String description) {
    }

    /** Does it. */
    @FunctionalInterface
    interface Action {
        Object answer(Call call) throws Exception;
    }

    /** Values of the path's parameters, or empty if the path is another. */
    Optional<Map<String, String>> match(String asked) {
        String[] mine = path.split("/", -1);
        String[] given = asked.split("/", -1);
        if (mine.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < mine.length; i++) {
            if (mine[i].startsWith("{")) {
                values.put(mine[i].substring(1, mine[i].length() - 1), given[i]);
            } else if (!mine[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
