package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    // Felix HTTP with TLS on all addresses tells them like this
    @Test
    void theAddressThatIsShownCanBeTyped() {
        String zoned = "https://[fd00:0:0:0:0:0:0:2%eth0]:8443/";
        assertThat(Readiness.first(new String[] {zoned, "https://192.0.2.2:8443/"})).isEqualTo("https://192.0.2.2:8443/");
        assertThat(Readiness.first(List.of(zoned, "https://[2001:db8:0:0:0:0:0:2]:8443/"))).isEqualTo("https://[2001:db8:0:0:0:0:0:2]:8443/");
        assertThat(Readiness.first(List.of(zoned))).isEqualTo("https://[fd00:0:0:0:0:0:0:2]:8443/");
        assertThat(Readiness.first(new String[] {"http://127.0.0.1:8080/", "https://127.0.0.1:8443/"})).isEqualTo("http://127.0.0.1:8080/");
        assertThat(Readiness.first("http://127.0.0.1:8080")).isEqualTo("http://127.0.0.1:8080/");
    }
}
