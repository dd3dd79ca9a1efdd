package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many messages in one block are what each would be in one of its own, and a router takes nothing else for such a block. */
class BlockTest {
    private static final Name NAME = Name.of("/odom");
    private static final Wire WIRE = new Wire(new CborCodec(Limits.DEFAULT), new JsonCodec(Limits.DEFAULT), false, 1 << 20);
    private static final byte[] ADDRESS = Wire.address(NAME, "a/B", "r1/base/1");
    private static final List<Message> MESSAGES = LongStream.rangeClosed(1, 3)
            .mapToObj(n -> new Message(NAME, "a/B", n == 2 ? Map.of("unit", "m") : Map.of(), "x".repeat((int) n), "r1/base/1", n, n,
                    Message.NEVER)).toList();

    private static byte[] many() {
        byte[] out = Arrays.copyOf(ADDRESS, 1_000);
        int end = Block.put(out, ADDRESS.length, MESSAGES.size(), Short.BYTES);
        for (Message one : MESSAGES) {
            Wire.Content content = WIRE.content(ADDRESS, one);
            content.write(one, out, end);
            end += content.room();
        }
        return Arrays.copyOf(out, end);
    }

    @Test
    void whatIsTogetherCanBeTakenApart() {
        byte[] block = many();

        assertThat(Block.countOf(block)).isEqualTo(3);
        assertThat(Block.split(block)).containsExactlyElementsOf(MESSAGES.stream().map(WIRE::block).toList());
    }

    // whoever is given it by the router reads it without looking
    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void whatDoesNotAddUpIsRefused(int wrong) {
        byte[] block = many();
        int count = ADDRESS.length + 1;
        int length = ADDRESS.length + 2 + 3;

        assertThatThrownBy(() -> Block.countOf(Arrays.copyOf(block, block.length + wrong))).isInstanceOf(Violation.class);
        for (int at : new int[] {count, length}) {
            byte[] broken = block.clone();
            broken[at] += (byte) wrong;
            assertThatThrownBy(() -> Block.countOf(broken)).as("byte %s", at).isInstanceOf(Violation.class);
        }
    }
}
