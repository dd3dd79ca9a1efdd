package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.core.internal.safety.Rule;
import io.anole.core.internal.safety.SafeMessage;
import io.anole.provider.local.internal.LocalProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording tells of a bus: a handler that took its time, a swap, a rule that tripped. */
class FlightRecordingTest extends LocalBus {
    private static final Duration SLOW = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    @Test
    void slowHandlersSwapsAndTripsAreRecorded() throws Exception {
        assertThat(SlowHandler.begun()).isNull();
        CountDownLatch handled = new CountDownLatch(2);
        CountDownLatch safe = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        try (Recording recording = new Recording()) {
            recording.enable("io.anole.SlowHandler").withThreshold(SLOW);
            recording.enable("io.anole.Swap");
            recording.enable("io.anole.SafetyTrip");
            recording.start();
            join(bus.subscribe("/camera", String.class, Qos.DEFAULT, (body, message) -> {
                if (body.equals("large")) {
                    never.await(2 * SLOW.toMillis(), TimeUnit.MILLISECONDS);
                }
                handled.countDown();
            }).ready());
            Publisher<String> camera = bus.publisher("/camera", String.class);
            camera.publish("small");
            camera.publish("large");
            await(handled);
            hub.swap(new LocalProvider(), "local", Map.of(), "a test");

            hub.safety().rules(List.of(new Rule("drive", Pattern.of("/cmd_vel"), Duration.ZERO, Duration.ofMillis(50),
                    new SafeMessage("", 0), List.of(), true, false)));
            join(bus.subscribe("/cmd_vel", Object.class, Qos.COMMAND, (body, message) -> safe.countDown()).ready());
            bus.publisher("/cmd_vel", Integer.class, Qos.COMMAND).publish(1);
            await(safe);
            eventually().until(() -> events(recording, "io.anole.SafetyTrip").size() == 1);

            // On a busy machine other handlers may have been slow too.
            assertThat(events(recording, "io.anole.SlowHandler")).anySatisfy(event -> {
                assertThat(event.getDuration()).isGreaterThanOrEqualTo(SLOW);
                assertThat(event.getString("bus")).isEqualTo("main");
                assertThat(event.getString("name")).isEqualTo("/camera");
                assertThat(event.getString("participant")).isEqualTo("tester");
                assertThat(event.getString("source")).startsWith("robot/tester/");
                assertThat(event.getEventType().getCategoryNames()).containsExactly("Anole");
            });
            assertThat(events(recording, "io.anole.Swap")).singleElement().satisfies(event -> {
                assertThat(event.getString("to")).isEqualTo("local");
                assertThat(event.getString("cause")).isEqualTo("a test");
                assertThat(event.getString("outcome")).isEqualTo("done");
                assertThat(event.getDuration("blackout")).isPositive().isLessThan(event.getDuration());
            });
            assertThat(events(recording, "io.anole.SafetyTrip")).singleElement().satisfies(event -> {
                assertThat(event.getString("what")).isEqualTo("silence");
                assertThat(event.getString("topic")).isEqualTo("/cmd_vel");
                assertThat(event.getString("by")).isEqualTo("drive");
            });
        }
        assertThat(SlowHandler.begun()).isNull();
    }

    /** Of those so far. */
    private List<RecordedEvent> events(Recording recording, String name) throws Exception {
        Path file = directory.resolve("so-far.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals(name)).toList();
    }
}
