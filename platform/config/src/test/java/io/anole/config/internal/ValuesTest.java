package io.anole.config.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void everyTypeComesBackAsItWas() {
        Map<String, Object> all = Map.of("text", "a:b, c\\", "int", 5, "long", 5L, "double", 1e-300, "float", 0.1f,
                "char", 'x', "flag", false, "texts", new String[] {"", "b"}, "ints", new int[] {1, 2},
                "list", List.of(1.5, 2.0));

        SortedMap<String, Object> texts = Values.texts(new Hashtable<>(all));

        assertThat(texts).containsEntry("int:Integer", "5").containsEntry("long:Long", "5")
                .containsEntry("ints:int[]", List.of("1", "2"));
        assertThat(Values.values(texts)).usingRecursiveComparison().isEqualTo(all);
    }

    @Test
    void whatConfigurationAdminAddsIsLeftOut() {
        assertThat(Values.texts(new Hashtable<>(Map.of("service.pid", "p", "service.factoryPid", "f", "own", "x"))))
                .containsOnlyKeys("own:String");
    }

    @Test
    void aWrongTextSaysWhatItIsNot() {
        assertThatIllegalArgumentException().isThrownBy(() -> Values.value("Integer", "3000000000"))
                .withMessage("'3000000000' is no Integer");
        assertThatIllegalArgumentException().isThrownBy(() -> Values.value("Boolean", "yes"))
                .withMessage("'yes' is not true or false");
        assertThatIllegalArgumentException().isThrownBy(() -> Values.value("Long", List.of("1", "2")))
                .withMessage("[1, 2] is not one value");
    }

    @Test
    void typesAreGuessedOnlyWhereTextsAreUnambiguous() {
        assertThat(List.of("true", "1883", "-0.5", "1e5", "127.0.0.1", "", "12345678901234567890").stream().map(Values::guess))
                .containsExactly("Boolean", "Long", "Double", "String", "String", "String", "String");
    }

    @Test
    void severalFollowOneWhereNobodySaysHowManyThereAre() {
        assertThat(Values.like("-Xint", List.of("-Xint", "-Xss1m"))).isEqualTo("String[]");
        assertThat(Values.like(5, List.of())).isEqualTo("Integer[]");
        assertThat(Values.like(new String[] {"a"}, "b")).isEqualTo("String[]");
        assertThat(Values.like(List.of(1.5), List.of("2.5"))).isEqualTo("Collection<Double>");
        assertThat(Values.like(5L, "6")).isEqualTo("Long");
    }

    @Test
    void credentialsInsideAUriAreMasked() {
        assertThat(Secrets.masked(false, List.of("mqtt://robot:s3cret@host:1883/x", "plain")))
                .isEqualTo(List.of("mqtt://robot:******@host:1883/x", "plain"));
        assertThat(Secrets.named("mqtt.Password")).isTrue();
        assertThat(Secrets.named("tls.private-key")).isTrue();
        assertThat(Secrets.named("keep.alive")).isFalse();
    }
}
