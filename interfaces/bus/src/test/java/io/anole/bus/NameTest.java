package io.anole.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
    /** PY-10: x and /x address the same item. */
    @Test
    void theLeadingSlashMakesNoDifference() {
        assertThat(Name.of("arm/joint")).isEqualTo(Name.of("/arm/joint")).hasToString("/arm/joint");
    }

    /** PY-10: a name that is not ASCII is rejected, not mangled. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "a//b", "a/", "a b", "größe", "a\u0000", "a/*", "**"})
    void whatIsNoNameIsRefusedWithItsText(String text) {
        assertThatThrownBy(() -> Name.of(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("illegal name '" + text.substring(0, Math.min(1, text.length())));
    }

    @Test
    void namesAreBounded() {
        assertThatThrownBy(() -> Name.of("x".repeat(512))).hasMessageContaining("longer than 512");
        assertThatThrownBy(() -> Name.of("a" + "/a".repeat(32))).hasMessageContaining("more than 32 segments");
        assertThat(Name.of("x".repeat(511)).toString()).hasSize(512);
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a, true", "/a, /b, false", "/a, /a/b, false", "/*, /a, true", "/*, /a/b, false", "/**, /a/b, true",
        "/a/**, /a, true", "/a/**, /a/b/c, true", "/a/**, /b, false", "/a/*/c, /a/b/c, true", "/a/*/c, /a/b/d, false",
        "sig/*/#temp, /sig/s/#temp, true", "/*/**, /a, true", "/*/**, /a/b/c, true"})
    void patternsMatch(String pattern, String name, boolean expected) {
        assertThat(Pattern.of(pattern).matches(Name.of(name))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "/**/a", "a/b*c", "***"})
    void wildcardsStandForWholeSegments(String text) {
        assertThatThrownBy(() -> Pattern.of(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("illegal pattern '" + text);
    }
}
