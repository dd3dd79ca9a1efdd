package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.LinkConfig;
import io.anole.testkit.DescribedKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    private static final DescribedKeys DESCRIBED = DescribedKeys.of(TcpKeys.class);

    private static Settings settings(Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties));
    }

    /** With what is told as default of the keys that the mode has. */
    private static void haveTheDefaults(String mode, Set<String> keys) {
        Map<String, Object> defaults = new HashMap<>(DESCRIBED.defaults());
        defaults.keySet().removeIf(key -> !keys.contains(key) && !Settings.COMMON.contains(key));
        defaults.put("mode", mode);
        assertThat(settings(defaults)).usingRecursiveComparison().ignoringFields("router.clients")
                .isEqualTo(settings(Map.of("mode", mode)));
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        Set<String> read = new TreeSet<>(Settings.COMMON);
        read.addAll(Settings.CLIENT);
        read.addAll(Settings.ROUTER);
        assertThat(DESCRIBED.names()).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void theDefaultsThatAreToldAreThoseThatHold() {
        haveTheDefaults("client", Settings.CLIENT);
        haveTheDefaults("router", Settings.ROUTER);
        assertThat(settings(Map.of()).router()).isNull();
    }
}
