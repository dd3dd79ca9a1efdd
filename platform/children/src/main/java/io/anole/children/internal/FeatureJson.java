package io.anole.children.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and writes features, in the format of the OSGi Configurator. */
final class FeatureJson {
    private static final JsonFactory JSON = new JsonFactory();

    private FeatureJson() {
    }

    /** File names of the bundles that a feature has. */
    static Set<String> jars(Path feature) throws IOException {
        Set<String> jars = new HashSet<>();
        try (JsonParser parser = JSON.createParser(feature.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "id".equals(parser.currentName())) {
                    String[] id = parser.getText().split(":");
                    jars.add(id[id.length > 1 ? 1 : 0] + "-" + id[id.length - 1] + ".jar");
                }
            }
        }
        return jars;
    }

    /** Writes a feature with these bundles, as {@code group:artifact:version}, and these configurations. */
    static void write(Path file, List<String> bundles, Map<String, Map<String, Object>> configurations) throws IOException {
        Files.createDirectories(file.getParent());
        try (JsonGenerator json = JSON.createGenerator(Files.newBufferedWriter(file))) {
            json.writeStartObject();
            json.writeStringField("feature-resource-version", "1.0");
            json.writeStringField("id", "io.anole:child:1");
            json.writeArrayFieldStart("bundles");
            for (String bundle : bundles) {
                json.writeStartObject();
                json.writeStringField("id", bundle);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectFieldStart("configurations");
            for (Map.Entry<String, Map<String, Object>> configuration : configurations.entrySet()) {
                json.writeObjectFieldStart(configuration.getKey());
                for (Map.Entry<String, Object> property : configuration.getValue().entrySet()) {
                    property(json, property.getKey(), property.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void property(JsonGenerator json, String key, Object value) throws IOException {
        if (value instanceof Collection<?> collection) {
            String type = collection.isEmpty() ? "String" : collection.iterator().next().getClass().getSimpleName();
            json.writeArrayFieldStart(key + ":Collection<" + type + ">");
            for (Object each : collection) {
                json.writeString(each.toString());
            }
            json.writeEndArray();
        } else if (value.getClass().isArray()) {
            json.writeArrayFieldStart(key + ":" + value.getClass().getComponentType().getSimpleName() + "[]");
            for (int i = 0; i < Array.getLength(value); i++) {
                json.writeString(Array.get(value, i).toString());
            }
            json.writeEndArray();
        } else {
            json.writeStringField(key + ":" + value.getClass().getSimpleName(), value.toString());
        }
    }
}
