package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Qos;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What ROS's tools expect of every node, with the real tools. */
class ToolsInteropTest {
    private static Ros ros;

    @BeforeAll
    static void startRos() {
        ros = new Ros();
    }

    @AfterAll
    static void stopRos() {
        ros.close();
    }

    @Test
    void remappedNamesAreTheGraphs() {
        try (Peer peer = new Peer("remapped", ros.uri(), "remap", "/cmd_vel=/base/cmd_vel,/=/robot1/").connected()) {
            Heard heard = peer.hear("/cmd_vel", Qos.DEFAULT);
            peer.latch("/text", "std_msgs/String", Map.of("data", "x"));

            ros.tool("rostopic", "pub", "-1", "/base/cmd_vel", "std_msgs/String", "data: hi");

            assertThat(heard.await(1)).containsExactly(Map.of("data", "hi"));
            assertThat(heard.messages.get(0).name()).hasToString("/cmd_vel");
            assertThat(ros.tool("rostopic", "echo", "-n", "1", "/robot1/text")).contains("data: \"x\"");
        }
    }
}
