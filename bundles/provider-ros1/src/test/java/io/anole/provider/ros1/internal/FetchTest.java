package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the thread that waits for an answer takes from the connection, and what it leaves to the event loop. */
class FetchTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final Deque<ByteBuffer> parts = new ArrayDeque<>();
    private boolean ended;
    private boolean broken;
    private int reads;
    private final Fetch fetch = new Fetch(this::read);

    private int read(ByteBuffer bytes) throws IOException {
        reads++;
        if (broken) {
            throw new IOException("reset");
        }
        ByteBuffer part = parts.poll();
        if (part == null) {
            return ended ? -1 : 0;
        }
        int count = Math.min(part.remaining(), bytes.remaining());
        bytes.put(part.slice(part.position(), count));
        part.position(part.position() + count);
        if (part.hasRemaining()) {
            parts.addFirst(part);
        }
        return count;
    }

    private static byte[] answer(boolean ok, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(5 + length).order(ByteOrder.LITTLE_ENDIAN).put((byte) (ok ? 1 : 0)).putInt(length);
        for (int i = 0; i < length; i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }

    private void comes(byte[] bytes, int from, int to) {
        parts.add(ByteBuffer.wrap(bytes, from, to - from));
    }

    /** Until all that comes was read, however slowly. */
    private boolean await() {
        boolean whole;
        do {
            whole = fetch.await(() -> false, LONG);
        } while (!whole && !parts.isEmpty());
        return whole;
    }

    private static byte[] all(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return all;
    }

    @Test
    void anAnswerIsTakenHoweverItComes() {
        byte[] whole = answer(false, 300);
        for (int cut : new int[] {0, 1, 4, 5, 6, 304, 305}) {
            comes(whole, 0, cut);
            parts.add(ByteBuffer.allocate(0));
            comes(whole, cut, whole.length);
            assertThat(await()).isTrue();
            assertThat(fetch.ok()).isFalse();
            assertThat(all(fetch.body())).hasSize(300).endsWith((byte) 298, (byte) 299);
        }
        comes(answer(true, 0), 0, 5);
        assertThat(await()).isTrue();
        assertThat(fetch.ok()).isTrue();
        assertThat(all(fetch.body())).isEmpty();
        comes(answer(true, Fetch.ROOM - 5), 0, Fetch.ROOM);
        assertThat(await()).isTrue();
        assertThat(fetch.silent()).isTrue();
    }

    @Test
    void whatIsLongOrMoreThanOneIsLeftWhole() {
        byte[] whole = answer(true, Fetch.ROOM);
        comes(whole, 0, 1000);
        assertThat(await()).isFalse();
        assertThat(all(fetch.rest())).containsExactly(Arrays.copyOf(whole, 1000));

        Fetch next = new Fetch(this::read);
        parts.clear();
        parts.add(ByteBuffer.allocate(30).put(answer(true, 10)).put(answer(true, 10)).flip());
        assertThat(next.await(() -> false, LONG)).isFalse();
        assertThat(next.rest().remaining()).isEqualTo(30);

        Fetch huge = new Fetch(this::read);
        parts.add(ByteBuffer.wrap(new byte[] {1, -1, -1, -1, -1}));
        assertThat(huge.await(() -> false, LONG)).isFalse();
    }

    @Test
    void itGivesUpInTimeAndAtTheEnd() {
        byte[] whole = answer(true, 100);
        comes(whole, 0, 50);
        assertThat(fetch.await(() -> reads > 3, LONG)).isFalse();
        assertThat(fetch.await(() -> false, 1)).isFalse();
        assertThat(await()).isFalse();
        ended = true;
        assertThat(await()).isFalse();
        assertThat(fetch.silent()).isFalse();
        broken = true;
        assertThat(await()).isFalse();
        assertThat(fetch.silent()).isFalse();
        assertThat(all(fetch.rest())).hasSize(50);
    }
}
