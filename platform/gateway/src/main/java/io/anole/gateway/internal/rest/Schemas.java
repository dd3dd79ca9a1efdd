package io.anole.gateway.internal.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON schemas of what the API answers, as trees. */
final class Schemas {
    /** Any value. */
    static final Map<String, Object> ANY = Map.of();
    static final Map<String, Object> TEXT = Map.of("type", "string");
    static final Map<String, Object> WHOLE = Map.of("type", "integer");
    static final Map<String, Object> FLAG = Map.of("type", "boolean");
    static final Map<String, Object> MAP = Map.of("type", "object");

    static final Map<String, Object> BUS = object("name", TEXT, "provider", TEXT, "link", TEXT, "detail", TEXT);
    static final Map<String, Object> TOPIC = object("name", TEXT, "type", TEXT, "shape", MAP, "publishers", WHOLE, "subscribers",
            WHOLE, "readable", FLAG, "writable", FLAG);
    static final Map<String, Object> SERVICE = object("name", TEXT, "type", TEXT, "shape", MAP);
    static final Map<String, Object> MESSAGE = object("topic", TEXT, "type", TEXT, "source", TEXT, "sequence", WHOLE, "time", WHOLE,
            "body", ANY);
    static final Map<String, Object> VALUE = object("value", ANY);
    static final Map<String, Object> PROCESS = object("name", TEXT, "state", TEXT, "reason", TEXT, "bundle", TEXT, "frequency",
            Map.of("type", "number"), "cycles", WHOLE, "missed", WHOLE, "errors", WHOLE, "restarts", WHOLE, "mail", WHOLE, "dropped",
            WHOLE, "lastError", TEXT);
    static final Map<String, Object> JOB = object("job", WHOLE, "what", TEXT, "who", TEXT, "begun", TEXT, "state",
            Map.of("type", "string", "enum", List.of("running", "done", "failed")), "detail", TEXT, "steps", list(TEXT),
            "steps_left_out", WHOLE, "report", MAP);
    static final Map<String, Object> CHANGE = object("action", TEXT, "bundle", TEXT, "from", TEXT, "fromSha256", TEXT, "to", TEXT,
            "toSha256", TEXT, "file", TEXT);
    static final Map<String, Object> DEPLOYMENT = object("file", TEXT, "bundle", TEXT, "version", TEXT, "state", TEXT, "detail",
            TEXT, "versions", list(TEXT));
    static final Map<String, Object> PLAN = object("changes", list(CHANGE), "refreshed", list(TEXT), "processes",
            list(object("name", TEXT, "state", TEXT, "bundle", TEXT)), "refusals", list(TEXT), "waits", list(TEXT), "notes",
            list(TEXT));
    static final Map<String, Object> OUTCOME = object("id", WHOLE, "time", TEXT, "who", TEXT, "what", TEXT, "changes", list(CHANGE),
            "result", TEXT, "reason", TEXT);
    static final Map<String, Object> SETTING = object("key", TEXT, "type", TEXT, "value", ANY, "default", ANY, "description", TEXT);
    static final Map<String, Object> DIFFERENCE = object("pid", TEXT, "key", TEXT, "before", ANY, "after", ANY);
    static final Map<String, Object> SNAPSHOT = object("number", WHOLE, "time", TEXT, "cause", TEXT, "configurations", WHOLE);
    static final Map<String, Object> PROBLEM = object("type", TEXT, "title", TEXT, "status", WHOLE, "detail", TEXT, "instance", TEXT);

    private Schemas() {
    }

    /** An object that has all these fields: names and schemas by turns. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object... fields) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            properties.put((String) fields[i], (Map<String, Object>) fields[i + 1]);
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", new ArrayList<>(properties.keySet()));
        return schema;
    }

    static Map<String, Object> list(Map<String, Object> element) {
        return Map.of("type", "array", "items", element);
    }

    static Map<String, Object> within(String field, Map<String, Object> schema) {
        return object(field, schema);
    }

    static List<String> texts(Iterable<?> values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.toString()));
        return texts;
    }
}
