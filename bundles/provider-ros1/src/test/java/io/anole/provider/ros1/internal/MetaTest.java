package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.SenderClocks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MetaTest {
    private static final Name NAME = Name.of("/a");

    private final SenderClocks senders = new SenderClocks();

    private static byte[] encode(Duration life) {
        long expires = life.isZero() ? Message.NEVER : System.nanoTime() + life.toNanos();
        return Meta.encode(new Message(NAME, "a/B", Map.of("k", "v"), null, "far/x/1", 7, 8, expires), true, false);
    }

    private Message decode(byte[] bytes) throws Refusal {
        return Meta.decode(ByteBuffer.wrap(bytes), senders).message(NAME, "body");
    }

    private static boolean over(Message message) {
        return message.expiredAt(System.nanoTime());
    }

    @Test
    void what_is_written_is_read() throws Refusal {
        ByteBuffer bytes = ByteBuffer.wrap(encode(Duration.ZERO));
        Meta meta = Meta.decode(bytes, senders);
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(meta).isEqualTo(new Meta(true, false, "a/B", Map.of("k", "v"), "far/x/1", 7, 8, 0));
        assertThat(meta.message(NAME, "body").expires()).isEqualTo(Message.NEVER);
    }

    /** As on a line that hangs; the first shows how long it takes. */
    @Test
    void what_was_held_up_is_as_old_as_it_is() throws Refusal {
        assertThat(over(decode(encode(Duration.ofMillis(400))))).isFalse();
        byte[] fleeting = encode(Duration.ofMillis(400));
        byte[] lasting = encode(Duration.ofMinutes(1));
        byte[] forEver = encode(Duration.ZERO);
        long begin = System.nanoTime();
        Awaitility.await().until(() -> System.nanoTime() - begin > Duration.ofMillis(500).toNanos());
        assertThat(over(decode(fleeting))).isTrue();
        assertThat(over(decode(lasting))).isFalse();
        assertThat(decode(forEver).expires()).isEqualTo(Message.NEVER);
        assertThat(over(decode(encode(Duration.ofMillis(400))))).isFalse();
    }
}
