package io.anole.codec.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.types.geometry.Twist;
import java.time.Duration;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.service.ServiceExtension;

/** Codecs and shapes as services, wired as in a robot. */
@ExtendWith(ServiceExtension.class)
class CodecIT {
    private static final String JSON = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")";
    private static final String CBOR = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")";
    private static final Duration BOUND = Duration.ofSeconds(20);

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService
    Shapes shapes;
    @InjectService(filter = JSON, cardinality = 0)
    ServiceAware<Codec> json;
    @InjectService(filter = CBOR, cardinality = 0)
    ServiceAware<Codec> cbor;

    /** In a package that this bundle does not export, and hidden in it. */
    private record Reading(String sensor, double[] values, List<Part> parts) {
        private record Part(int number) {
        }
    }

    @Test
    void aBundlesOwnRecordTravelsInBothFormats() {
        Reading reading = new Reading("front", new double[] {1, Double.NaN}, List.of(new Reading.Part(3)));

        for (ServiceAware<Codec> each : List.of(json, cbor)) {
            Codec codec = codec(each);
            Reading read = shapes.as(codec.decode(codec.encode(shapes.tree(reading))), Reading.class);

            assertThat(read.sensor()).isEqualTo("front");
            assertThat(Arrays.equals(read.values(), reading.values())).isTrue();
            assertThat(read.parts()).isEqualTo(reading.parts());
        }
    }

    @Test
    void aMessageOfRosIsReadFromJson() {
        Object tree = codec(json).decode("{\"linear\":{\"x\":1},\"angular\":{\"z\":-0.5}}".getBytes(UTF_8));

        assertThat(shapes.as(tree, Twist.class)).isEqualTo(Twist.of(1, -0.5));
    }

    @Test
    void limitsAreConfigured() throws Exception {
        byte[] deep = "[[[1]]]".getBytes(UTF_8);
        assertThat(codec(json).decode(deep)).isEqualTo(List.of(List.of(List.of(1L))));
        Configuration configuration = configurations.getConfiguration("io.anole.codec", "?");
        try {
            configuration.update(new Hashtable<>(Map.of("max.depth", 2)));
            await().atMost(BOUND).untilAsserted(() -> assertThatThrownBy(() -> codec(json).decode(deep))
                    .isInstanceOf(BadShape.class).hasMessageContaining("deeper than 2"));

            configuration.update(new Hashtable<>(Map.of("max.depth", 0)));
            await().atMost(BOUND).untilAsserted(() -> assertThat(json.getServices()).isEmpty());
        } finally {
            configuration.delete();
        }
        await().atMost(BOUND).untilAsserted(() -> assertThat(codec(json).decode(deep)).isNotNull());
    }

    private static Codec codec(ServiceAware<Codec> services) {
        await().atMost(BOUND).until(() -> !services.getServices().isEmpty());
        return services.getService();
    }
}
