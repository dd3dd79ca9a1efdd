package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.LinkConfig;
import io.anole.testkit.DescribedKeys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    private static final DescribedKeys DESCRIBED = DescribedKeys.of(Ros1Keys.class);

    @TempDir
    Path nothing;

    private Settings settings(Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties), Environment.of(Map.of(), nothing, nothing));
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        assertThat(DESCRIBED.names()).containsExactlyInAnyOrderElementsOf(Settings.KEYS);
    }

    @Test
    void theDefaultsThatAreToldAreThoseThatHold() {
        assertThat(settings(DESCRIBED.defaults())).usingRecursiveComparison().isEqualTo(settings(Map.of()));
    }
}
