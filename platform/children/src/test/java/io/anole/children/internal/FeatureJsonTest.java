package io.anole.children.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureJsonTest {
    @TempDir
    Path directory;

    @Test
    void values_keep_their_types_and_a_feature_names_its_jars() throws Exception {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("rate", 2.5);
        properties.put("count", 3);
        properties.put("on", true);
        properties.put("text", "a \"b\"");
        properties.put("none", new String[0]);
        properties.put("numbers", new long[] {1, 2});
        properties.put("list", List.of(7L));
        Path file = directory.resolve("f/process.json");

        FeatureJson.write(file, List.of("child:io.anole.x:1.0.0", "child:y:2.0.0.q"), Map.of("pid", properties));

        assertThat(Files.readString(file)).contains("\"rate:Double\":\"2.5\",\"count:Integer\":\"3\",\"on:Boolean\":\"true\","
                + "\"text:String\":\"a \\\"b\\\"\",\"none:String[]\":[],\"numbers:long[]\":[\"1\",\"2\"],"
                + "\"list:Collection<Long>\":[\"7\"]");
        // the feature's own id is none of them, and harms nobody
        assertThat(FeatureJson.jars(file)).contains("io.anole.x-1.0.0.jar", "y-2.0.0.q.jar");
    }
}
