package io.anole.provider.ros1.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.SenderClocks;
import io.anole.provider.ros1.internal.message.MessageFuzz;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.Types;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Any bytes on a connection of TCPROS: header, frames, what is before a body. They are read, or end it with a reason. */
public final class LineFuzz {
    private static final Types TYPES = MessageFuzz.TYPES;
    private static final MessageType TYPE = TYPES.message("nav_msgs/Odometry");
    private static final SenderClocks SENDERS = new SenderClocks();
    private static final Name NAME = Name.of("/fuzzed");

    private LineFuzz() {
    }

    /** Reads as the connection to a publisher, or with {@code answers} the one to a service, does. */
    private static final class Reader extends Line {
        private final boolean answers;
        private MessageType type = TYPE;
        private boolean kin;
        private String reason;

        Reader(boolean answers) {
            super(65_536);
            this.answers = answers;
        }

        @Override
        boolean answers() {
            return answers;
        }

        @Override
        void header(Map<String, String> header) throws Refusal {
            kin = Meta.VERSION.equals(header.get(Meta.FIELD));
            try {
                type = TYPES.message(header.getOrDefault("type", ""), header.getOrDefault("md5sum", ""),
                        header.getOrDefault("message_definition", ""));
            } catch (BadShape e) {
                throw new Refusal(e.getMessage());
            }
        }

        @Override
        void frame(boolean ok, ByteBuffer bytes) throws Refusal {
            try {
                if (kin) {
                    Meta meta = Meta.decode(bytes, SENDERS);
                    meta.message(NAME, meta.cbor() ? null : type.read(bytes));
                } else {
                    type.read(bytes);
                }
            } catch (BadShape e) {
                if (e.getMessage().isBlank()) {
                    throw new IllegalStateException("no reason");
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof DecoderException) || !(cause.getCause() instanceof Refusal)) {
                throw new IllegalStateException(cause);
            }
            super.exceptionCaught(context, cause);
        }

        @Override
        void ended(String why) {
            if (reason != null || why == null || why.isBlank()) {
                throw new IllegalStateException("ended twice, or without a reason: " + why);
            }
            reason = why;
        }
    }

    private static byte[] header(boolean kin) {
        ByteBuf bytes = Header.encode(UnpooledByteBufAllocator.DEFAULT, Map.of("callerid", "/far", "type", TYPE.name(), "md5sum",
                TYPE.md5(), "latching", "1", kin ? Meta.FIELD : "topic", kin ? Meta.VERSION : "/fuzzed"));
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all);
        bytes.release();
        return all;
    }

    static List<byte[]> seeds() {
        byte[] body = new byte[722];
        byte[] meta = Meta.encode(new Message(NAME, TYPE.name(), Map.of("a", "b"), null, "far/x/1", 1, 1, System.nanoTime()), true, false);
        ByteBuf plain = Unpooled.buffer().writeByte(2).writeIntLE(body.length).writeBytes(body);
        ByteBuf kin = Unpooled.buffer().writeByte(3).writeIntLE(meta.length + body.length).writeBytes(meta).writeBytes(body);
        ByteBuf answer = Unpooled.buffer().writeByte(6).writeByte(1).writeIntLE(body.length).writeBytes(body);
        ByteBuf whole = Unpooled.buffer().writeByte(0).writeBytes(header(true)).writeIntLE(body.length).writeBytes(body);
        return List.of(plain, kin, answer, whole).stream().map(bytes -> {
            byte[] all = new byte[bytes.readableBytes()];
            bytes.readBytes(all);
            return all;
        }).toList();
    }

    /** @param input the first byte tells whether a good header comes first, whether of a kind, and what reads it */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Reader reader = new Reader((input[0] & 4) != 0);
        EmbeddedChannel channel = new EmbeddedChannel(reader);
        if ((input[0] & 2) != 0) {
            channel.writeInbound(Unpooled.wrappedBuffer(header((input[0] & 1) != 0)));
        }
        int half = 1 + (input.length - 1) / 2;
        for (ByteBuf part : List.of(Unpooled.copiedBuffer(input, 1, half - 1), Unpooled.copiedBuffer(input, half, input.length - half))) {
            if (channel.isOpen()) {
                channel.writeInbound(part);
            } else {
                part.release();
            }
        }
        channel.finishAndReleaseAll();
        if (reader.reason == null) {
            throw new IllegalStateException("the end of the connection was not told");
        }
    }
}
