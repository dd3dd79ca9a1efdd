package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Value;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/tcp-protocol.md says what is written, byte for byte. */
class ProtocolDocumentTest {
    private static final Path DOCUMENT = Path.of("../../docs/tcp-protocol.md");
    private static final Pattern EXAMPLE = Pattern.compile("### (\\w+) \\((\\d+)\\).*?```hex\n(.*?)```", Pattern.DOTALL);
    private static final SessionId SESSION = new SessionId(0x0123456789ABCDEFL, 0x0011223344556677L);
    private static final Wire WIRE = new Wire(new CborCodec(Limits.DEFAULT), new JsonCodec(Limits.DEFAULT), false, 1 << 20);
    private static final Name ODOM = Name.of("/odom");
    private static final byte[] BLOCK = WIRE.block(new Message(ODOM, "std_msgs/Int32", Map.of("unit", "m"), 42L, "r1/base/1", 7,
            1_700_000_000_000_000_000L, Message.NEVER));
    private static final byte[] MANY = many(8, 9);
    private static final byte[] VALUE = WIRE.value(ODOM, new Value(42L, "", "r1/base/1"));

    static Map<String, Consumer<Out>> examples() {
        Map<String, Consumer<Out>> all = new LinkedHashMap<>();
        all.put("HELLO", out -> out.hello(SessionId.NONE, 0, "r1", "main", "", -1));
        all.put("WELCOME", out -> out.welcome(Frame.VERSION, Frame.RESUMED, 0x1122334455667788L, SESSION, 1000, 8_519_680));
        all.put("BYE", out -> out.bye(Frame.BAD_VERSION, "no"));
        all.put("PING", Out::ping);
        all.put("SYNC", out -> out.sync(9, Frame.RESTORED_ALL));
        all.put("OK", out -> out.ok(9));
        all.put("REFUSED", out -> out.refused(3, Frame.CONFLICT, "taken"));
        all.put("SUBSCRIBE", out -> out.subscribe(1, Frame.RELIABLE | Frame.KEPT, "/odom/*"));
        all.put("SERVE", out -> out.serve(3, "/reset"));
        all.put("WATCH", out -> out.watch(4, "/**"));
        all.put("CLOSE", out -> out.close(4));
        all.put("PUBLISH", out -> out.publish(1, 0, BLOCK, 500_000_000));
        all.put("DELIVER", out -> out.deliver(12, 0, BLOCK, 499_000_000));
        all.put("ACCEPTED", out -> out.ranges(Frame.ACCEPTED, ranges(1, 64)));
        all.put("DELIVERED", out -> out.ranges(Frame.DELIVERED, ranges(1, 3)));
        all.put("HOLD", out -> out.hold(true, "/odom"));
        all.put("REQUEST", out -> out.request(5, 2000, BLOCK));
        all.put("RESPONSE", out -> out.failure(5, Frame.NO_PROVIDER, "", "nobody", ""));
        all.put("PUT", out -> out.put(6, Frame.EPHEMERAL, "/k", VALUE));
        all.put("GET", out -> out.get(7, "/k"));
        all.put("VALUE", out -> out.value(7, "/k", VALUE));
        all.put("REMOVED", out -> out.removed(4, "/k"));
        all.put("SYNCED", out -> out.synced(4));
        all.put("ROUTER", out -> out.router(7, List.of(0x1122334455667788L, 0x0123456789ABCDEFL)));
        all.put("PUBLISH_MANY", out -> out.publishMany(2, MANY, MANY.length));
        all.put("DELIVER_MANY", out -> out.deliverMany(13, MANY));
        all.put("CLOCK", out -> {
            out.clock().read(Unpooled.buffer().writeLong(7_000_000_000L).writeLong(0).writeLong(-1), 4_900_000_000L);
            out.tellTime(5_000_000_000L);
        });
        all.put("REJECTED", out -> out.rejected(1, Frame.FORBIDDEN, "no"));
        return all;
    }

    /** What an outlet sends of messages without headers that were published while the link had no time. */
    private static byte[] many(long... sequences) {
        byte[] address = Wire.address(ODOM, "std_msgs/Int32", "r1/base/1");
        byte[] many = Arrays.copyOf(address, 1_000);
        int end = Block.put(many, address.length, sequences.length, Short.BYTES);
        for (long sequence : sequences) {
            Message message = new Message(ODOM, "", Map.of(), sequence, "", sequence, 1_700_000_000_000_000_000L, Message.NEVER);
            Wire.Content content = WIRE.content(address, message);
            content.write(message, many, end);
            end += content.room();
        }
        return Arrays.copyOf(many, end);
    }

    private static Ranges ranges(long first, long last) {
        Ranges ranges = new Ranges();
        ranges.add(first, last);
        ranges.add(last + 2);
        return ranges;
    }

    static Stream<String> names() {
        return examples().keySet().stream();
    }

    private static String hex(Consumer<Out> example) {
        ByteBuf bytes = Unpooled.buffer();
        Out out = new Out(new Sink(bytes));
        example.accept(out);
        out.flush();
        return ByteBufUtil.hexDump(bytes);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anExampleIsWhatIsSent(String frame) throws IOException {
        Matcher examples = EXAMPLE.matcher(Files.readString(DOCUMENT));
        Map<String, String> written = new TreeMap<>();
        while (examples.find()) {
            written.put(examples.group(1), examples.group(3).replaceAll("\\s", ""));
        }
        assertThat(written.get(frame)).as("the example of %s in %s", frame, DOCUMENT).isEqualTo(hex(examples().get(frame)));
    }

    @Test
    void everyFrameIsDescribedUnderItsNumber() throws IOException {
        Matcher sections = EXAMPLE.matcher(Files.readString(DOCUMENT));
        Map<String, String> described = new TreeMap<>();
        while (sections.find()) {
            described.put(sections.group(1), sections.group(2));
        }
        Map<String, String> known = new TreeMap<>();
        Arrays.stream(Frame.class.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && examples().containsKey(field.getName()))
                .forEach(field -> known.put(field.getName(), number(field)));
        assertThat(described).isEqualTo(known);
    }

    private static String number(Field field) {
        try {
            return String.valueOf(field.getByte(null));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
