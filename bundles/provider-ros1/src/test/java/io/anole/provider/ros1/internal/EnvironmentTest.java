package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.provider.ros1.internal.message.Packages;
import io.anole.provider.ros1.internal.message.Types;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found on a robot of which no setup script was sourced. */
class EnvironmentTest {
    @TempDir
    private Path temp;
    private Path home;
    private Path root;

    @BeforeEach
    void folders() throws IOException {
        home = Files.createDirectories(temp.resolve("home"));
        root = Files.createDirectories(temp.resolve("root"));
    }

    private void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Environment found(Map<String, String> process) {
        return Environment.of(process, home, root);
    }

    @Test
    void theLinesOfTheUsersShellAreTaken() throws IOException {
        write(home.resolve(".bashrc"), """
                case $- in *i*) ;; *) return;; esac
                # export ROS_IP=10.0.0.9
                export ROS_MASTER_URI=http://old:11311
                export ROS_MASTER_URI="http://robot:11311"  # since spring
                ROS_NAMESPACE='r1'; export ROS_NAMESPACE
                export OTHER=1
                """);
        write(root.resolve("etc/profile.d/robot.sh"), "export ROS_MASTER_URI=http://elsewhere:11311\nexport ROS_IP=10.0.0.5\n");
        write(root.resolve("etc/profile.d/robot.sh.old"), "export ROS_HOSTNAME=gone\n");

        Environment environment = found(Map.of("PATH", "/bin"));

        assertThat(environment.values()).containsOnly(Map.entry("ROS_MASTER_URI", "http://robot:11311"),
                Map.entry("ROS_NAMESPACE", "r1"), Map.entry("ROS_IP", "10.0.0.5"));
        assertThat(environment.where("ROS_MASTER_URI")).contains(home.resolve(".bashrc").toString());
        assertThat(environment.where("ROS_IP")).contains(root.resolve("etc/profile.d/robot.sh").toString());
        assertThat(environment.unread()).isEmpty();
    }

    /** Whoever has sourced a script has said what shall hold: an unset ROS_IP is unset. */
    @Test
    void whereAScriptWasSourcedOnlyThatHolds() throws IOException {
        write(home.resolve(".bashrc"), "export ROS_IP=10.0.0.5\nsource " + home + "/ws/devel/setup.bash\n");
        Files.createDirectories(home.resolve("ws/devel"));

        Environment environment = found(Map.of("ROS_MASTER_URI", " http://robot:11311", "ROS_HOSTNAME", ""));

        assertThat(environment.values()).containsOnly(Map.entry("ROS_MASTER_URI", "http://robot:11311"));
        assertThat(environment.where("ROS_MASTER_URI")).contains("the environment");
        assertThat(environment.workspaces()).isEmpty();
    }

    /** Nothing of these files is ever executed; what only a shell could tell is told to the user. */
    @Test
    void whatOnlyAShellUnderstandsIsNotGuessed() throws IOException {
        write(home.resolve(".bashrc"), """
                export ROS_IP=10.0.0.5
                export ROS_IP=$(hostname -I | awk '{print $1}')
                export ROS_HOSTNAME=`hostname`
                export ROS_PACKAGE_PATH=$HOME/src:~/more:$ROS_PACKAGE_PATH
                """);

        Environment environment = found(Map.of());

        assertThat(environment.values()).containsOnly(Map.entry("ROS_PACKAGE_PATH", home + "/src:" + home + "/more"));
        assertThat(environment.unread()).containsExactly(
                home.resolve(".bashrc") + ": export ROS_IP=$(hostname -I | awk '{print $1}')",
                home.resolve(".bashrc") + ": export ROS_HOSTNAME=`hostname`");
    }

    /** A workspace's own messages are known though nobody has sourced it, built in place or installed. */
    @Test
    void definitionsOfWorkspacesAreFound() throws IOException {
        write(home.resolve(".bashrc"), "if [ -f ~/ws/devel/setup.bash ]; then source ~/ws/devel/setup.bash; fi\n"
                + "# source ~/never/devel/setup.bash\n");
        write(home.resolve("ws/devel/.catkin"), home + "/ws/src;" + home + "/gone");
        write(home.resolve("ws/src/stack/own_msgs/package.xml"), "<package/>");
        write(home.resolve("ws/src/stack/own_msgs/msg/Own.msg"), "int8 level\n");
        Files.createDirectories(home.resolve("never/devel"));
        write(home.resolve("catkin_ws/install/share/two_msgs/msg/Two.msg"), "int16 level\n");

        Environment environment = found(Map.of());

        assertThat(environment.workspaces()).containsExactly(home.resolve("ws/devel"), home.resolve("catkin_ws/install"));
        Types types = new Types(Packages.installed(environment.values(), List.of(), environment.workspaces()));
        assertThat(types.message("own_msgs/Own").text()).contains("int8 level");
        assertThat(types.message("two_msgs/Two").text()).contains("int16 level");
    }

    /** ROS 2 has types of the same names and other fields: with them no node of ROS 1 would be understood. */
    @Test
    void definitionsOfRos2AreNotTaken() throws IOException {
        Path ros2 = home.resolve("ros2");
        write(ros2.resolve("share/std_msgs/msg/Header.msg"), "builtin_interfaces/Time stamp\nstring frame_id\n");
        Files.createDirectories(ros2.resolve("share/ament_index"));

        Types types = new Types(Packages.installed(Map.of("CMAKE_PREFIX_PATH", ros2.toString()), List.of(), List.of()));

        assertThat(types.message("std_msgs/Header").md5()).isEqualTo("2176decaecbce78abc3b96ef049fabed");
    }
}
