package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.LinkConfig;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    @TempDir
    Path nothing;

    /** As OSGi maps the names of methods to keys. */
    private static Map<String, Object> described() {
        Map<String, Object> all = new HashMap<>();
        for (Method method : Ros1Keys.class.getDeclaredMethods()) {
            all.put(method.getName().replace('_', '.'), method.getDefaultValue());
        }
        return all;
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new HashMap<>(described());
        defaults.values().removeIf(Objects::isNull);
        return defaults;
    }

    private Settings settings(Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties), Environment.of(Map.of(), nothing, nothing));
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        assertThat(described()).containsOnlyKeys(Settings.KEYS);
    }

    @Test
    void theDefaultsThatAreToldAreThoseThatHold() {
        assertThat(settings(defaults())).usingRecursiveComparison().isEqualTo(settings(Map.of()));
    }
}
