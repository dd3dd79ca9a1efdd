package io.anole.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    private static final Map<String, Object> SHAPE = Map.of("speed", "float64", "gear", "uint8", "on", "bool", "name", "string",
            "stamp", Map.of("secs", "int64", "nsecs", "int32"), "wheels", List.of(Map.of("turns", "int32")), "data", "uint8[]");

    private static Endpoint endpoint(Object shape) {
        return Endpoint.of(Map.of("kind", "publisher", "name", "/a", "type", "test/A", "shape", shape, "participant", "p", "runtime", "r"))
                .orElseThrow();
    }

    @Test
    void anAnnouncementIsRead() {
        assertThat(endpoint(Map.of("x", "int32"))).isEqualTo(
                new Endpoint(Kind.PUBLISHER, Pattern.of("/a"), "test/A", Map.of("x", "int32"), "p", "r"));
        assertThat(Endpoint.of(Map.of("kind", "subscription", "name", "/a/**"))).contains(
                new Endpoint(Kind.SUBSCRIPTION, Pattern.of("/a/**"), "", Map.of(), "", ""));
    }

    // anybody may write there
    @Test
    void whatIsNoneIsLeftOut() {
        assertThat(Endpoint.of("publisher")).isEmpty();
        assertThat(Endpoint.of(null)).isEmpty();
        assertThat(Endpoint.of(Map.of("kind", "watch", "name", "/a"))).isEmpty();
        assertThat(Endpoint.of(Map.of("kind", "publisher", "name", "//"))).isEmpty();
        assertThat(Endpoint.of(Map.of("kind", "publisher"))).isEmpty();
    }

    // PY-08: what can't fit is refused with its place; the rest is for who makes a record of it
    @Test
    void whatFitsIsTaken() {
        endpoint(SHAPE).check(Map.of("speed", 1, "gear", 2.0, "on", true, "name", "x", "stamp", "now", "wheels",
                List.of(Map.of("turns", 3)), "data", new byte[1]));
        endpoint(SHAPE).check(Map.of("speed", "NaN", "stamp", Map.of("secs", 1L)));
        endpoint(SHAPE).check(Collections.singletonMap("name", null));
        endpoint(Map.of()).check("anything");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gear  | two | test/A, field gear: expected uint8, found the text 'two'
            speed |     | test/A, field speed: expected float64, found null
            name  | 7   | test/A, field name: expected string, found 7
            on    | 7   | test/A, field on: expected bool, found 7
            stamp | 7   | test/A, field stamp: expected the fields [
            gears | 7   | test/A has no field gears: there are [
            """)
    void whatDoesNotFitIsToldWithItsPlace(String field, String value, String told) {
        Object given = value == null ? null : value.equals("7") ? Integer.valueOf(7) : value;
        assertThatThrownBy(() -> endpoint(SHAPE).check(Collections.singletonMap(field, given))).isInstanceOf(BadShape.class)
                .hasMessageStartingWith(told);
    }

    @Test
    void withinTypesTheWholePlaceIsTold() {
        assertThatThrownBy(() -> endpoint(SHAPE).check(Map.of("wheels", List.of(Map.of(), Map.of("turns", 0.5)))))
                .hasMessage("test/A, field wheels[1].turns: expected int32, found 0.5");
        assertThatThrownBy(() -> endpoint(SHAPE).check(Map.of("stamp", Map.of("sec", 1))))
                .hasMessageStartingWith("test/A has no field stamp.sec: there are [");
        assertThatThrownBy(() -> endpoint(SHAPE).check("now")).hasMessageStartingWith("test/A: expected the fields [");
        assertThatThrownBy(() -> endpoint(SHAPE).check(Map.of("on", "x".repeat(1000) + "\nx"))).message().hasSizeLessThan(120);
    }

    @ParameterizedTest
    @CsvSource({"/odom, false, false", "/arm/*, true, false", "mail/main, false, true", "@graph/**, true, true", "sig/*/stop, true, true"})
    void itIsToldFromANameWhetherItIsAPatternAndThePlatforms(String name, boolean pattern, boolean platform) {
        Endpoint endpoint = new Endpoint(Kind.SUBSCRIPTION, Pattern.of(name), "", Map.of(), "p", "r");
        assertThat(endpoint.isPattern()).isEqualTo(pattern);
        assertThat(endpoint.isPlatform()).isEqualTo(platform);
    }

    @Test
    void aBlankTreeHasEveryField() {
        assertThat(endpoint(Map.of("speed", "float64", "on", "bool", "in", Map.of("n", "uint16"), "all", List.of("int8"))).blank())
                .isEqualTo(Map.of("speed", 0.0, "on", false, "in", Map.of("n", 0L), "all", List.of()));
    }
}
