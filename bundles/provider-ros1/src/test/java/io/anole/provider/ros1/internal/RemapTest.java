package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemapTest {
    private static final Remap RULES = Remap.parse("/cmd_vel=/base/cmd_vel, a:=b ,b=a,/=/robot1/,/arm/=/left/arm/,/tf=/tf");

    @ParameterizedTest
    @CsvSource({"/cmd_vel, /base/cmd_vel", "/a, /b", "/b, /a", "/odom, /robot1/odom", "/cmd_vel/x, /robot1/cmd_vel/x",
        "/arm, /robot1/arm", "/arm/joint, /left/arm/joint", "/tf, /tf", "/x-y, /robot1/x_x2d_y"})
    void namesMoveThereAndBack(String bus, String ros) {
        assertThat(RULES.ros(Name.of(bus))).isEqualTo(ros);
        assertThat(RULES.name(ros)).contains(Name.of(bus));
    }

    @Test
    void withoutRulesNamesStay() {
        assertThat(Remap.NONE.ros(Name.of("/odom"))).isEqualTo("/odom");
        assertThat(Remap.NONE.name("/odom")).contains(Name.of("/odom"));
    }

    @Test
    void thePlatformsOwnNamesStay() {
        assertThat(RULES.ros(Name.of("/@graph/x"))).isEqualTo(Names.ros(Name.of("/@graph/x")));
    }

    /** One topic of ROS under two names would be told twice. */
    @Test
    void aNameHasNoSecondOne() {
        Remap one = Remap.parse("/cmd_vel=/base/cmd_vel");

        assertThatThrownBy(() -> one.ros(Name.of("/base/cmd_vel"))).isInstanceOf(BusException.Unsupported.class)
                .hasMessage("'/base/cmd_vel' of ROS is '/cmd_vel' on this bus: remap says so");
        assertThat(one.name("/cmd_vel")).as("moved away").isEmpty();
        assertThat(RULES.name("/odom")).as("outside of the namespace").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cmd_vel", "=/x", "/a=/b c", "/a=/b/,", "/a/=/b", "/a=/1b", "/a=/b,/a=/c", "/a=/c,/b=/c", "/*=/b", "/a="})
    void wrongRulesAreRefused(String text) {
        assertThatThrownBy(() -> Remap.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s)[^\\n]{10,200}");
    }
}
