package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.LinkConfig;
import io.anole.testkit.DescribedKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    private static final DescribedKeys DESCRIBED = DescribedKeys.of(MqttKeys.class);

    private static Settings settings(Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties));
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        assertThat(DESCRIBED.names()).containsExactlyInAnyOrderElementsOf(Settings.KEYS);
    }

    @Test
    void theDefaultsThatAreToldAreThoseThatHold() {
        assertThat(settings(DESCRIBED.defaults())).usingRecursiveComparison().ignoringFields("clientId").isEqualTo(settings(Map.of()));
    }
}
