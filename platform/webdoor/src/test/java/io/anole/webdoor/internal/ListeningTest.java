package io.anole.webdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.access.Access;
import io.anole.access.Identity;
import io.anole.access.Visit;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the web server listens, whatever its configuration says. */
class ListeningTest {
    private static final String HERE = "127.0.0.1";

    /** @param open null if nobody can be asked */
    private static Map<String, Object> given(Map<String, Object> wanted, Boolean open) {
        Listening listening = new Listening();
        if (open != null) {
            listening.access = new Access() {
                @Override
                public Identity admit(Visit visit) {
                    throw new AssertionError("nobody comes in here");
                }

                @Override
                public Identity prove(Visit visit) {
                    throw new AssertionError("nobody comes in here");
                }

                @Override
                public Identity owner(String name) {
                    throw new AssertionError("nobody comes in here");
                }

                @Override
                public boolean open() {
                    return open;
                }
            };
        }
        Hashtable<String, Object> properties = new Hashtable<>(wanted);
        listening.modifyConfiguration(null, properties);
        return properties;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "::", "robot.invalid"})
    void offThisMachineItNeedsTlsAndUsers(String host) {
        Map<String, Object> tls = Map.of(Listening.HOST, host, Listening.TLS, true, Listening.KEYSTORE, "robot.p12");
        assertThat(given(tls, false)).containsEntry(Listening.HOST, host).containsEntry(Listening.PLAIN, false);
        assertThat(given(tls, true)).as("no users").containsEntry(Listening.HOST, HERE);
        assertThat(given(tls, null)).as("nobody to ask").containsEntry(Listening.HOST, HERE);
        assertThat(given(Map.of(Listening.HOST, host), false)).as("no TLS").containsEntry(Listening.HOST, HERE);
        assertThat(given(Map.of(Listening.HOST, host, Listening.TLS, true), false)).as("no key")
                .containsEntry(Listening.HOST, HERE);
        assertThat(given(Map.of(Listening.HOST, host, Listening.TLS, "true", Listening.PLAIN, true, Listening.KEYSTORE, "k"),
                false)).as("plain beside it").containsEntry(Listening.PLAIN, false);
    }

    @Test
    void onThisMachineItMayBeAsItLikes() {
        assertThat(given(Map.of(), true)).containsEntry(Listening.HOST, HERE);
        assertThat(given(Map.of(Listening.HOST, "localhost", "x", 1), true)).containsEntry("x", 1)
                .doesNotContainKey(Listening.PLAIN);
    }
}
