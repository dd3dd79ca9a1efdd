package io.anole.bridge.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bridge.Crossing.Kind;
import io.anole.bus.Name;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a line of the configuration says, and what is wrong with it. */
class LineTest {
    @ParameterizedTest
    @CsvSource({
        "/odom, true, /odom, /odom",
        "/odom -> /r1/odom, true, /odom, /r1/odom",
        "odom <- /r1/odom, false, /r1/odom, /odom",
        "/robot/** <-> /r1/**, true, /robot/a/b, /r1/a/b",
        "/robot/** <-> /r1/**, true, /robot, /r1",
        "/robot/** <-> /r1/**, false, /r1/a/b, /robot/a/b",
        "/*/camera/*/** -> /all/*/x/*/**, true, /r1/camera/left/raw/z, /all/r1/x/left/raw/z",
        "/** -> /r1/**, true, /odom, /r1/odom",
    })
    void namesAreTranslated(String text, boolean outwards, String name, String there) {
        Line.Mapping mapping = Line.of(Kind.TOPIC, text).mapping(outwards);
        assertThat(mapping.matches(Name.of(name))).isTrue();
        assertThat(mapping.of(Name.of(name))).isEqualTo(Name.of(there));
    }

    @Test
    void optionsSayHowMessagesCross() {
        Line line = Line.of(Kind.TOPIC, "  /odom   -> /r1/odom rate=5 depth=7 qos=best-effort keep lifespan=500");
        assertThat(line.out()).isTrue();
        assertThat(line.in()).isFalse();
        assertThat(line.gap()).isEqualTo(200_000_000);
        assertThat(line.qos().reliability()).isEqualTo(Reliability.BEST_EFFORT);
        assertThat(line.qos().overflow()).isEqualTo(Overflow.DROP_OLDEST);
        assertThat(line.qos().depth()).isEqualTo(7);
        assertThat(line.qos().durability()).isEqualTo(Durability.TRANSIENT_LOCAL);
        assertThat(line.qos().lifespan()).isEqualTo(Duration.ofMillis(500));
        assertThat(Line.of(Kind.TOPIC, "/a").qos().overflow()).isEqualTo(Overflow.BLOCK);
        assertThat(Line.of(Kind.TOPIC, "/a full=drop").qos().overflow()).isEqualTo(Overflow.DROP_OLDEST);
        assertThat(Line.of(Kind.SERVICE, "/reset <- timeout=9000").limit()).isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TOPIC | /a -> /b/* | '/a' and '/b/*' need the same wildcards in the same order",
        "TOPIC | /*/** -> /** | '/*/**' and '/**' need the same wildcards in the same order",
        "TOPIC | /a* | illegal pattern '/a*': '*' stands for a whole segment, not for part of one",
        "TOPIC | /@graph/** | '/@graph/**' is the platform's own",
        "TOPIC | /a => /b | there is no option '=>' here; there are [rate, lifespan, qos, depth, full, keep]",
        "TOPIC | /a rat=5 | there is no option 'rat=5' here; there are [rate, lifespan, qos, depth, full, keep]",
        "TOPIC | /a rate=fast | rate=fast is not within 0.001 and 1000000 messages a second",
        "TOPIC | /a rate | 'rate' needs a value",
        "TOPIC | /a keep=yes | 'keep' has no value",
        "TOPIC | /a depth=0 | depth=0 is not within 1 and 1048576",
        "TOPIC | /a qos=exact | qos=exact is neither reliable nor best-effort",
        "SERVICE | /a/* | a service needs a name, not a pattern",
        "SERVICE | /a <-> /b | a service is on one side and offered on the other, with -> or <-",
        "SERVICE | /a rate=5 | there is no option 'rate=5' here; there are [timeout]",
        "PARAM | /a keep | there is no option 'keep' here; there are []",
    })
    void whatIsWrongIsToldInOneLine(Kind kind, String text, String why) {
        assertThatThrownBy(() -> Line.of(kind, text)).isInstanceOf(IllegalArgumentException.class).hasMessage(why);
    }
}
