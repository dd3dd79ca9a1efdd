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
 * @param path   below {@code /api}, with {@code {name}} for a parameter that is a segment
 * @param id     the operation's name in the document
 * @param query  parameters of the query
 * @param takes  what the body is, or empty if there is none
 * @param action the answer's tree, or null if it has answered by itself or there is nothing to say
 */
record Route(String method, String path, String id, String summary, Role role, List<Parameter> query, Optional<Body> takes,
        Answer answer, Action action) {
    static final String JSON = "application/json";

    /** A parameter of the query. */
    record Parameter(String name, String type, boolean required, String description) {
        static Parameter needed(String name, String type, String description) {
            return new Parameter(name, type, true, description);
        }

        static Parameter optional(String name, String type, String description) {
            return new Parameter(name, type, false, description);
        }
    }

    /**
     * A request's body. JSON is decoded before the action is asked; anything else the action reads by itself.
     *
     * @param mediaType which the request must name
     */
    record Body(String mediaType, String description) {
    }

    /**
     * What is said when it is done.
     *
     * @param schema null if there is no body
     */
    record Answer(int status, String mediaType, Map<String, Object> schema) {
        static final Answer NOTHING = new Answer(204, JSON, null);

        static Answer of(Map<String, Object> schema) {
            return new Answer(200, JSON, schema);
        }

        /** It has only begun. */
        static Answer begun(Map<String, Object> schema) {
            return new Answer(202, JSON, schema);
        }

        static Answer events() {
            return new Answer(200, "text/event-stream", Schemas.TEXT);
        }
    }

    /** Does it. */
    @FunctionalInterface
    interface Action {
        Object answer(Call call) throws Exception;
    }

    static Route of(String method, String path, String id, String summary, Role role, Answer answer, Action action,
            Parameter... query) {
        return new Route(method, path, id, summary, role, List.of(query), Optional.empty(), answer, action);
    }

    /** The same with a body. */
    Route taking(String mediaType, String description) {
        return new Route(method, path, id, summary, role, query, Optional.of(new Body(mediaType, description)), answer, action);
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
