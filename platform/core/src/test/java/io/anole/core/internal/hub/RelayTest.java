package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passing on what comes from elsewhere. */
class RelayTest extends LocalBus {
    private static Message foreign(long expires) {
        return new Message(Name.of("/far/away"), "geometry_msgs/Twist", Map.of("k", "v"), Map.of("x", 1L), "other/them/7", 12,
                1_000_000_000L, expires);
    }

    private static Message take(BlockingQueue<Message> queue) throws InterruptedException {
        Message taken = queue.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isNotNull();
        return taken;
    }

    /** G13: what a message says of itself stays, but not who has sent it; inside the JVM and over a wire. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageKeepsItsTypeItsTimeAndTheRestOfItsLife(boolean local) throws Exception {
        Hub other = new Hub(config("other"), new RecordShapes());
        try {
            other.open(local ? new LocalProvider() : new Wire(1), "any", Map.of());
            ParticipantBus view = other.view("bridge", null);
            BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
            join(view.subscribe("/here", Object.class, Qos.DEFAULT, (body, message) -> heard.add(message)).ready());
            eventually().until(() -> other.session() != null);
            long soon = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            long late = soon + TimeUnit.HOURS.toNanos(1);
            Publisher<Message> brief = view.relay("/here", Qos.DEFAULT.lifespan(Duration.ofMinutes(10)));
            join(brief.publish(foreign(soon)));
            join(brief.publish(foreign(late), Map.of("other", "header")));
            Message first = take(heard);
            assertThat(first.name()).isEqualTo(Name.of("/here"));
            assertThat(first.type()).isEqualTo("geometry_msgs/Twist");
            assertThat(first.headers()).containsExactly(Map.entry("k", "v"));
            assertThat(first.body()).isEqualTo(Map.of("x", 1L));
            assertThat(first.time()).isEqualTo(1_000_000_000L);
            assertThat(first.expires()).isEqualTo(soon);
            assertThat(first.source()).startsWith("robot/bridge/");
            assertThat(first.sequence()).isEqualTo(1);
            Message second = take(heard);
            assertThat(second.headers()).containsExactly(Map.entry("other", "header"));
            assertThat(second.expires() - System.nanoTime()).isLessThanOrEqualTo(TimeUnit.MINUTES.toNanos(10));
            assertThat(second.sequence()).isEqualTo(2);
        } finally {
            other.close();
        }
    }

    /** G5: who passes messages on both ways does not hear himself, and is not held back by himself. */
    @Test
    void messagesOfItsOwnAreNotHeard() throws Exception {
        ParticipantBus bridge = hub.view("bridge", null);
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        join(bridge.subscribeToOthers("/**", buffer(Overflow.REJECT, 1), Runnable::run, (body, message) -> heard.add(message)).ready());
        Publisher<Message> own = hub.view("bridge", null).relay("/a", Qos.DEFAULT);
        for (int i = 0; i < 1000; i++) {
            join(own.publish(foreign(Message.NEVER)));
        }
        join(hub.view("bridge-2", null).publisher("/a", String.class).publish("hello"));
        assertThat(take(heard).body()).isEqualTo("hello");
        assertThat(heard).isEmpty();
    }
}
