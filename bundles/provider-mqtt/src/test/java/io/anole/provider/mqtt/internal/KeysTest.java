package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.LinkConfig;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    /** As OSGi maps the names of methods to keys. */
    private static Map<String, Object> described() {
        Map<String, Object> all = new HashMap<>();
        for (Method method : MqttKeys.class.getDeclaredMethods()) {
            all.put(method.getName().replace('_', '.'), method.getDefaultValue());
        }
        return all;
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new HashMap<>(described());
        defaults.values().removeIf(Objects::isNull);
        return defaults;
    }

    private static Settings settings(Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties));
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        assertThat(described()).containsOnlyKeys(Settings.KEYS);
    }

    @Test
    void theDefaultsThatAreToldAreThoseThatHold() {
        assertThat(settings(defaults())).usingRecursiveComparison().ignoringFields("clientId").isEqualTo(settings(Map.of()));
    }
}
