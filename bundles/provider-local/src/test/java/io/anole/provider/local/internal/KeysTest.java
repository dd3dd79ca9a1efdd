package io.anole.provider.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tools are told of the keys, beside what is read. */
class KeysTest {
    static Stream<Method> described() {
        return Stream.of(LocalKeys.class.getDeclaredMethods());
    }

    private static Link open(String key, Object value) {
        return new LocalProvider().open(new LinkConfig("main", "here", Map.of(key, value)), new LinkListener() {
            @Override
            public void up(String detail) {
                // nobody waits for it
            }

            @Override
            public void down(String reason) {
                // as above
            }

            @Override
            public void dropped(Drop reason, long count) {
                // nothing is sent
            }
        });
    }

    @ParameterizedTest
    @MethodSource("described")
    void everyKeyThatIsDescribedIsRead(Method described) {
        String key = described.getName().replace('_', '.');
        assertThatIllegalArgumentException().isThrownBy(() -> open(key, 0)).withMessageContaining(key);
        try (Link link = open(key, described.getDefaultValue())) {
            assertThat(link.capabilities()).isNotNull();
        }
    }
}
