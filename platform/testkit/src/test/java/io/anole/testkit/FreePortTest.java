package io.anole.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void noneIsGivenTwice() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            assertThat(given.add(FreePort.next())).isTrue();
        }
    }

    @Test
    void noneIsOneThatTheSystemMayGiveToSomebodyElse() throws Exception {
        int port = FreePort.next();
        Set<Integer> ofTheSystem = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ofTheSystem.add(any.getLocalPort());
            }
        }
        assertThat(ofTheSystem).allMatch(other -> other > port);
    }

    @Test
    void oneOnWhichSomebodyListensIsPassedOver() throws Exception {
        int port = FreePort.next() + 1;
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePort.next()).isNotEqualTo(taken.getLocalPort());
        }
    }
}
