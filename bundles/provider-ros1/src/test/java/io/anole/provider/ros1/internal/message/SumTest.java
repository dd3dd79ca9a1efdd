package io.anole.provider.ros1.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.BadShape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SumTest {
    private final Types bundled = new Types(new Packages(List.of(), List.of()));

    @ParameterizedTest
    @CsvSource({"std_msgs/String,992ce8a1687cec8c8bd883ec73ca41d1", "std_msgs/Int32,da5909fbe378aeaf85e547e830cc1bb7",
        "std_msgs/Empty,d41d8cd98f00b204e9800998ecf8427e", "std_msgs/Header,2176decaecbce78abc3b96ef049fabed",
        "geometry_msgs/Vector3,4a842b65f413084dc2b10fb484ea7f17", "geometry_msgs/Twist,9f195f881246fdfa2798d1d3eebca84a",
        "rosgraph_msgs/Clock,a9c97c1d230cfc112e270351a944ee47", "rosgraph_msgs/Log,acffd30cd6b6de30f120938c17c593fb",
        "nav_msgs/Odometry,cd5e73d190d741a2f92e81eda573aca7", "sensor_msgs/Image,060021388200f6f0f447d0fcd9c64743",
        "sensor_msgs/LaserScan,90c7ef2dc6895d81024acba2ac42f369",
        "diagnostic_msgs/DiagnosticArray,60810da900de1dd6ddd437c3503511da"})
    void aMessageHasTheSumThatEverybodyKnows(String type, String md5) {
        assertThat(bundled.message(type).md5()).isEqualTo(md5);
    }

    @ParameterizedTest
    @CsvSource({"std_srvs/Trigger,937c9679a518e3a18d831e57125ea522", "std_srvs/SetBool,09fb03525b03e7ea1fd3992bafd87e16",
        "std_srvs/Empty,d41d8cd98f00b204e9800998ecf8427e", "roscpp/GetLoggers,32e97e85527d4678a8f9279894bb64b0",
        "roscpp/SetLoggerLevel,51da076440d78ca1684d36c868df61ea"})
    void aServiceHasTheSumThatEverybodyKnows(String type, String md5) {
        assertThat(bundled.service(type).md5()).isEqualTo(md5);
    }

    @Test
    void allInstalledTypesHaveTheSumsOfRos() throws Exception {
        Map<String, String> sums = InstalledTypes.sums();
        Types installed = new Types(Packages.installed(Map.of(), List.of(), List.of()));

        assertThat(sums).hasSizeGreaterThan(100);
        sums.forEach((type, md5) -> assertThat(sum(installed, type)).as(type).isEqualTo(md5));
    }

    @Test
    void allBundledTypesHaveTheSumsOfRos() throws Exception {
        List<String> packages = List.of("std_msgs", "geometry_msgs", "sensor_msgs", "nav_msgs", "rosgraph_msgs", "std_srvs");
        Map<String, String> sums = InstalledTypes.sums();
        sums.keySet().removeIf(type -> packages.stream().noneMatch(one -> type.contains(" " + one + "/"))
                || type.contains("Action"));

        assertThat(sums).hasSizeGreaterThan(90);
        sums.forEach((type, md5) -> assertThat(sum(bundled, type)).as(type).isEqualTo(md5));
    }

    private static String sum(Types types, String type) {
        String name = type.substring(4);
        return type.startsWith("msg") ? types.message(name).md5() : types.service(name).md5();
    }

    @Test
    void aDefinitionThatCameAlongIsEnough() {
        MessageType odometry = bundled.message("nav_msgs/Odometry");
        Types nothing = new Types(nowhere());

        MessageType learned = nothing.message("nav_msgs/Odometry", odometry.md5(), odometry.text());

        assertThat(learned.md5()).isEqualTo(odometry.md5());
        assertThat(nothing.message("nav_msgs/Odometry")).isSameAs(learned);
    }

    @Test
    void aDefinitionThatCameAlongChangesNothingThatIsInstalled() {
        Types types = bundled;
        String md5 = types.message("std_msgs/String").md5();
        assertThatThrownBy(() -> types.message("std_msgs/String", "0".repeat(32), "int32 data\n"))
                .isInstanceOf(BadShape.class).hasMessageContaining("the other side's md5");

        MessageType other = types.message("std_msgs/String", "da5909fbe378aeaf85e547e830cc1bb7", "int32 data\n");

        assertThat(other.md5()).isEqualTo("da5909fbe378aeaf85e547e830cc1bb7");
        assertThat(types.message("std_msgs/String").md5()).isEqualTo(md5);
    }

    @Test
    void aTextMayHoldWhatElsewhereIsAComment() {
        Definition definition = Definition.parse("a/B", "string S= a # b \nint32 N = 1 # one\nfloat32[3] x # three\n");

        assertThat(definition.constants()).extracting(Definition.Constant::value).containsExactly("a # b", "1");
        assertThat(definition.fields()).singleElement()
                .isEqualTo(new Definition.Field("x", "float32[3]", "float32", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"int32", "int32 a\nint32 a", "int32[ a", "int32[x] a", "int32[99999999999] a", "=", "x =1", "a b=1",
        "int32 1a", "int32 a b"})
    void whatIsNoDefinitionIsToldWithItsLine(String text) {
        assertThatThrownBy(() -> Definition.parse("a/B", text)).isInstanceOf(BadShape.class).hasMessageContaining("a/B")
                .hasMessageContaining("'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"String", "a/b/c", "../etc/passwd", "a/../b", "/a", "a/", "a b/c", "*"})
    void whatIsNoTypeIsRefused(String name) {
        assertThatThrownBy(() -> bundled.message(name)).isInstanceOf(BadShape.class).hasMessageContaining("package/Type");
        assertThat(bundled.knows(name)).isFalse();
    }

    @Test
    void aTypeCanNotBePartOfItself() {
        assertThatThrownBy(() -> bundled.message("a/B", "x", "C c\n" + "=".repeat(80) + "\nMSG: a/C\nB b\n"))
                .isInstanceOf(BadShape.class).hasMessageContaining("part of itself");
    }

    @Test
    void whatIsNowhereSaysWhereItWasLookedFor() {
        Types types = new Types(new Packages(List.of(Path.of("/nowhere")), List.of()));

        assertThatThrownBy(() -> types.message("no_msgs/Such")).isInstanceOf(BadShape.class)
                .hasMessageContaining("no_msgs/Such").hasMessageContaining("/nowhere");
    }

    private static Source nowhere() {
        return new Source() {
            @Override
            public Optional<String> find(Kind kind, String type) {
                return Optional.empty();
            }

            @Override
            public String where() {
                return "nowhere";
            }
        };
    }
}
