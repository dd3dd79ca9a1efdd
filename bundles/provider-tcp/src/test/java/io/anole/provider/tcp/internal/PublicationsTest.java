package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.Outlet;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was published while the link was busy leaves together, in order, and is accepted together; the event loop runs by hand. */
class PublicationsTest {
    private static final Name NAME = Name.of("/odom");

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<String> sent = new ArrayList<>();
    private EmbeddedChannel router;
    private TcpLink link;
    private Outlet outlet;
    private long sequence;

    @BeforeEach
    void connect() {
        LinkListener deaf = new LinkListener() {
            @Override
            public void up(String where) {
                // it is looked at what is sent
            }

            @Override
            public void down(String reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void dropped(Drop reason, long count) {
                throw new AssertionError(reason);
            }
        };
        link = new TcpLink(Settings.of(new LinkConfig("main", "r1", Map.of())), wire(), deaf, clock.eventLoop(),
                (turn, open, failed) -> router = new EmbeddedChannel(new ChannelPipe(1 << 20, "a test", open)), () -> { });
        link.start();
        clock.runPendingTasks();
        router.writeInbound(Unpooled.wrappedBuffer(
                RawClient.frames(out -> out.welcome(Frame.VERSION, 0, 1, new SessionId(1, 2), 1000, 1 << 20))));
        outlet = link.advertise(NAME, "", Qos.DEFAULT);
        frames();
        sent.clear();
    }

    @AfterEach
    void end() {
        link.close();
        clock.runPendingTasks();
        router.finishAndReleaseAll();
        clock.finishAndReleaseAll();
    }

    private static Wire wire() {
        return new Wire(new CborCodec(Limits.DEFAULT), new JsonCodec(Limits.DEFAULT), false, 1 << 20);
    }

    private CompletionStage<Void> publish(int size, long expires) {
        return outlet.publish(new Message(NAME, "", Map.of(), new byte[size], "r1/x/1", ++sequence, 1, expires));
    }

    /** Lets the event loop do what waits, and reads what that has sent: each frame as the sequences in it. */
    private List<String> frames() {
        clock.runPendingTasks();
        router.runPendingTasks();
        for (ByteBuf bytes = router.readOutbound(); bytes != null; bytes = router.readOutbound()) {
            while (bytes.isReadable()) {
                ByteBuf frame = bytes.readSlice(bytes.readInt());
                byte type = frame.readByte();
                if (type == Frame.PUBLISH) {
                    frame.skipBytes(9);
                    frame.skipBytes(frame.readUnsignedShort());
                    sent.add(String.valueOf(frame.readLong()));
                } else if (type == Frame.PUBLISH_MANY) {
                    sent.add(sequences(frame.skipBytes(8)));
                }
            }
            bytes.release();
        }
        return sent;
    }

    private static String sequences(ByteBuf frame) {
        frame.skipBytes(frame.readUnsignedShort());
        long first = 0;
        long last = 0;
        for (int left = frame.readUnsignedShort(); left > 0; left--) {
            ByteBuf one = frame.readSlice(frame.readInt());
            last = one.readLong();
            first = first == 0 ? last : first;
        }
        return first + "-" + last;
    }

    @Test
    void oneAloneGoesAsOne() {
        publish(100, Message.NEVER);
        assertThat(frames()).containsExactly("1");
        publish(100, Message.NEVER);
        assertThat(frames()).containsExactly("1", "2");
    }

    @Test
    void whatWaitsGoesTogetherInBounds() {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stages.add(publish(100, Message.NEVER));
        }
        publish(20_000, Message.NEVER);
        publish(20_000, Message.NEVER);
        publish(100_000, Message.NEVER);

        assertThat(frames()).containsExactly("1-64", "65-101", "102", "103");
        assertThat(stages).noneMatch(stage -> stage.toCompletableFuture().isDone());

        Ranges first = new Ranges();
        first.add(1);
        router.writeInbound(Unpooled.wrappedBuffer(RawClient.frames(out -> out.ranges(Frame.ACCEPTED, first))));
        assertThat(stages.subList(0, 64)).allMatch(stage -> stage.toCompletableFuture().isDone());
        assertThat(stages.subList(64, 100)).noneMatch(stage -> stage.toCompletableFuture().isDone());
    }

    // G1: what has a lifespan goes by itself, so that the router can see to it, and passes nothing by
    @Test
    void whatMayExpireGoesAloneAndInItsTurn() {
        publish(100, Message.NEVER);
        publish(100, Message.NEVER);
        publish(100, System.nanoTime() + 60_000_000_000L);
        publish(100, Message.NEVER);
        publish(100, Message.NEVER);

        assertThat(frames()).containsExactly("1-2", "3", "4-5");
    }
}
