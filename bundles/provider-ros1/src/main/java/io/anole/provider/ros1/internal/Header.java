package io.anole.provider.ros1.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The header that both ends of a TCPROS connection send first: texts by name. */
final class Header {
    /** Most bytes of one; the definition of a message is in it. */
    static final int LARGEST = 1 << 20;
    private static final int MOST = 64;

    private Header() {
    }

    static ByteBuf encode(ByteBufAllocator allocator, Map<String, String> fields) {
        ByteBuf out = allocator.buffer();
        out.writeIntLE(0);
        fields.forEach((key, value) -> {
            byte[] field = (key + "=" + value).getBytes(StandardCharsets.UTF_8);
            out.writeIntLE(field.length);
            out.writeBytes(field);
        });
        out.setIntLE(0, out.readableBytes() - 4);
        return out;
    }

    /** Reads all that is there. */
    static Map<String, String> decode(ByteBuf in) throws Refusal {
        Map<String, String> fields = new LinkedHashMap<>();
        while (in.isReadable()) {
            int length = in.readableBytes() < 4 ? -1 : in.readIntLE();
            if (length < 0 || length > in.readableBytes()) {
                throw new Refusal("the connection header is malformed");
            }
            String field = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
            int equals = field.indexOf('=');
            if (equals < 1) {
                throw new Refusal("the connection header has a field without a name");
            }
            fields.put(field.substring(0, equals), field.substring(equals + 1));
            if (fields.size() > MOST) {
                throw new Refusal("the connection header has more than " + MOST + " fields");
            }
        }
        return fields;
    }
}
