package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.access.Act;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Role;
import io.anole.bus.Pattern;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
    private final Rules rules = new Rules("pad publish=/cmd_vel,/arm/** call= ", "role:operator  publish=/light subscribe=/odom,/scan/*",
            "role:viewer subscribe=/odom");

    @ParameterizedTest
    @CsvSource({
        "pad,  operator, publish,   /cmd_vel,  true",
        "pad,  operator, publish,   /arm,      true",
        "pad,  operator, publish,   /arm/a/b,  true",
        "pad,  operator, publish,   /arms,     false",
        "pad,  operator, publish,   /cmd_vel/x, false",
        // Its own line speaks of publishing, so that of its role does not.
        "pad,  operator, publish,   /light,    false",
        "pad,  operator, call,      /reset,    false",
        "pad,  operator, subscribe, /odom,     true",
        "pad,  operator, subscribe, /scan/left, true",
        "pad,  operator, subscribe, /scan/left/raw, false",
        "pad,  operator, subscribe, /scan/*,   true",
        // A pattern is allowed if all that it can match is.
        "pad,  operator, subscribe, /scan/**,  false",
        "pad,  operator, subscribe, /*,        false",
        "pad,  operator, subscribe, /**,       false",
        "pad,  operator, serve,     /anything, true",
        "pad,  operator, param,     /**,       true",
        "ada,  operator, publish,   /light,    true",
        "ada,  operator, publish,   /cmd_vel,  false",
        "ada,  operator, call,      /reset,    true",
        "wall, viewer,   subscribe, /odom,     true",
        "wall, viewer,   subscribe, /scan/left, false",
        "root, admin,    publish,   /cmd_vel,  true"})
    void aRuleNarrowsWhatTheRoleAllows(String name, String role, String act, String names, boolean allowed) {
        Identity identity = rules.given(new Identity(name, Role.of(role)));
        assertThat(identity.rights().allow(Act.valueOf(act.toUpperCase(Locale.ROOT)), Pattern.of(names))).isEqualTo(allowed);
    }

    @Test
    void aRefusalTellsWhoWhatAndWhere() {
        Identity pad = rules.given(new Identity("pad", Role.OPERATOR));
        assertThatThrownBy(() -> pad.need(Act.PUBLISH, Pattern.of("/light"))).isInstanceOf(Refused.class)
                .hasMessage("'pad' may not publish /light: see rules of io.anole.access").extracting("status").isEqualTo(403);
        assertThat(pad.rights()).hasToString("publish=/cmd_vel,/arm/** subscribe=/odom,/scan/* call=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pad publish", "pad publish=/a publish=/b", "pad shout=/a", "pad publish=/a b/c", "pad publish=/a,,/b",
        "role:king publish=/a", "p/d publish=/a", "", "pad publish=/a*"})
    void aLineThatIsNoneIsShown(String line) {
        assertThatThrownBy(() -> new Rules(line)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("io.anole.access: rules: '" + line + "': ");
        assertThatThrownBy(() -> new Rules("pad publish=/a", "pad subscribe=/a")).hasMessageContaining("a line for pad already");
    }
}
