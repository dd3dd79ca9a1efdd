package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.provider.LinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a configuration is told in one line, without a connection, and by the check as at the opening. */
class SettingsTest {
    @TempDir
    Path directory;

    private static void check(String mode, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("mode", mode);
        Node.provider().check(new LinkConfig("main", "here", all));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server | url          | tcp://127.0.0.1:1    | mode: 'server' is neither router nor client
            client | url          | 127.0.0.1:7447       | url: '127.0.0.1:7447' is no address; write tcp://host:port, tls://host:port or unix:path
            client | codec        | xml                  | codec: 'xml' is neither cbor nor json
            client | token.file   | /not/there           | token.file: there is no file '/not/there'
            client | keep.max     | 0                    | keep.max: 0 is not within 1 and 16777216
            router | listen       | bogus                | listen: 'bogus' is no address; write tcp://host:port, tls://host:port or unix:path
            router | clients.file | /not/there           | clients.file: there is no file '/not/there'
            router | uplink       | bogus                | uplink: 'bogus' is no address; write tcp://host:port, tls://host:port or unix:path
            """)
    void whatIsWrongIsTold(String mode, String key, String value, String what) {
        assertThatThrownBy(() -> check(mode, Map.of(key, value))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus 'main': " + what.strip());
    }

    @Test
    void aKeyOfTheOtherModeIsRefused() {
        assertThatThrownBy(() -> check("client", Map.of("listen", "tcp://127.0.0.1:1"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': listen: is no setting of the tcp provider in the mode client; there are [codec, ");
        assertThatThrownBy(() -> check("router", Map.of("url", "tcp://127.0.0.1:1"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': url: is no setting of the tcp provider in the mode router; there are [calls.max, ");
    }

    @Test
    void whatIsWrongInAFileIsToldWithWhereItIs() throws IOException {
        String clients = Files.writeString(directory.resolve("clients"), "r1\n").toString();
        assertThatThrownBy(() -> check("router", Map.of("clients.file", clients))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': clients.file: '" + clients + "', line 1");
    }

    @Test
    void whatIsRightIsTaken() {
        assertThatCode(() -> {
            check("router", Map.of("listen", "tcp://127.0.0.1:7447,unix:/not/there"));
            check("client", Map.of("url", "tcp://127.0.0.1:1,unix:/not/there"));
        }).doesNotThrowAnyException();
    }
}
