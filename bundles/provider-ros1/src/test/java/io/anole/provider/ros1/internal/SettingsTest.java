package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.provider.LinkConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a configuration is told in one line, before anything is connected. */
class SettingsTest {
    @TempDir
    Path nothing;

    private Settings settings(Map<String, String> environment, Map<String, Object> properties) {
        return Settings.of(new LinkConfig("main", "here", properties), Environment.of(environment, nothing, nothing));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            master     | robot:11311                | 'robot:11311' is no address of a master; write http://host:11311/
            master     | http://robot/              | 'http://robot/' is no address of a master; write http://host:11311/
            master     | http://robot:99999/        | 'http://robot:99999/' is no address of a master; write http://host:11311/
            master     | http://robot:0/            | 'http://robot:0/' is no address of a master; write http://host:11311/
            host       | ''                         | '' is no name or address of a host, such as robot1 or 192.168.0.5
            host       | http://robot1:11311/       | 'http://robot1:11311/' is no name or address of a host, such as robot1 or 192.168.0.5
            host       | robot1:11311               | 'robot1:11311' is no name or address of a host, such as robot1 or 192.168.0.5
            bind       | ''                         | '' is no address of this machine, such as 192.168.0.5
            node.name  | /robot-1                   | '/robot-1' is no name of a node; letters, digits and _, as in /robot/anole
            port       | 65536                      | 65536 is not within 0 and 65535
            rosout     | verbose                    | 'verbose' is none of debug, info, warn, error, fatal and off
            remap      | /cmd_vel                   | '/cmd_vel' is not like /cmd_vel=/robot1/cmd_vel
            types      | /cmd_vel                   | '/cmd_vel' is not like /cmd_vel=geometry_msgs/Twist
            types      | /cmd_vel=Twist             | 'Twist' is no type of ROS, such as geometry_msgs/Twist
            types      | /cmd_vel=geometry_msgs/    | 'geometry_msgs/' is no type of ROS, such as geometry_msgs/Twist
            """)
    void whatIsWrongIsTold(String key, String value, String what) {
        assertThatThrownBy(() -> settings(Map.of(), Map.of(key, value))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus 'main': " + key + ": " + what.strip());
    }

    @Test
    void whatTheEnvironmentHasWrongIsToldWithWhereItIs() {
        assertThatThrownBy(() -> settings(Map.of("ROS_MASTER_URI", "robot:11311"), Map.of())).hasMessage("bus 'main': master: "
                + "'robot:11311', ROS_MASTER_URI of the environment, is no address of a master; write http://host:11311/");
        assertThatThrownBy(() -> settings(Map.of("ROS_IP", "robot:1"), Map.of())).hasMessage("bus 'main': host: 'robot:1', ROS_IP"
                + " of the environment, is no name or address of a host, such as robot1 or 192.168.0.5");
    }

    @ParameterizedTest
    @CsvSource({"robot1", "robot_1.local", "192.168.0.5", "::1", "fe80::1%eth0", "2001:db8::5", "[::1]"})
    void aHostIsANameOrAnAddress(String host) {
        assertThat(settings(Map.of(), Map.of("host", host)).host()).isEqualTo(host);
    }

    @Test
    void whatIsConfiguredComesBeforeTheEnvironment() {
        Map<String, String> environment = Map.of("ROS_MASTER_URI", "http://other:11311", "ROS_HOSTNAME", "named", "ROS_IP", "192.0.2.7");

        assertThat(settings(environment, Map.of())).returns("http://other:11311/", Settings::master).returns("named", Settings::host);
        assertThat(settings(environment, Map.of("master", "http://own:65535", "host", "mine"))).returns("http://own:65535/",
                Settings::master).returns("mine", Settings::host);
    }
}
