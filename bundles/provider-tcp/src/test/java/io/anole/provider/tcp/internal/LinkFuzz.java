package io.anole.provider.tcp.internal;

import ch.qos.logback.classic.Level;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.StateListener;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a link with something of each kind under way does with any bytes of a router: it never fails, and can be closed. */
public final class LinkFuzz {
    private static final Settings SETTINGS = Settings.of(new LinkConfig("main", "r1", Map.of("max.payload", 65_536)));
    private static final Wire WIRE = new Wire(new CborCodec(Limits.DEFAULT), new JsonCodec(Limits.DEFAULT), false, 65_536);
    private static final byte[] WELCOME = RawClient.frames(out -> out.welcome(Frame.VERSION, 0, 1, new SessionId(1, 2), 1000, 65_536));
    private static final Name NAME = Name.of("/odom");
    private static final Message MESSAGE = new Message(NAME, "", Map.of(), 1L, "r1/x/1", 1, 1, Message.NEVER);
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    private LinkFuzz() {
    }

    private static final class Deaf implements LinkListener, StateListener {
        @Override
        public void up(String where) {
            // nobody waits for it
        }

        @Override
        public void down(String reason) {
            // nobody waits for it
        }

        @Override
        public void dropped(Drop reason, long count) {
            // nobody counts
        }

        @Override
        public void put(Name key, Value value) {
            // nobody looks
        }

        @Override
        public void removed(Name key) {
            // nobody looks
        }

        @Override
        public void synced() {
            // nobody looks
        }
    }

    public static void fuzzerInitialize() {
        Fuzz.log(Level.ERROR);
    }

    /** @param input the first byte is even if it begins with WELCOME already */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Deaf deaf = new Deaf();
        EmbeddedChannel clock = new EmbeddedChannel();
        EmbeddedChannel[] router = new EmbeddedChannel[1];
        TcpLink link = new TcpLink(SETTINGS, WIRE, deaf, clock.eventLoop(),
                (turn, open, failed) -> router[0] = new EmbeddedChannel(new ChannelPipe(70_000, "a fuzzer", open)), () -> { });
        link.start();
        link.subscribe(Pattern.of("/**"), Qos.DEFAULT, message -> TAKEN);
        link.serve(NAME, request -> CompletableFuture.completedStage(MESSAGE));
        link.watch(Pattern.of("/**"), deaf);
        link.advertise(NAME, "", Qos.DEFAULT).publish(MESSAGE);
        link.put(NAME, Optional.of(new Value(1L, "", "r1/x/1")), Lifetime.EPHEMERAL);
        clock.runPendingTasks();
        if (input[0] % 2 != 0) {
            router[0].writeInbound(Unpooled.wrappedBuffer(WELCOME));
        }
        link.request(NAME, MESSAGE, Duration.ofSeconds(1));
        link.get(NAME);
        clock.runPendingTasks();
        EmbeddedChannel first = router[0];
        first.writeInbound(Unpooled.wrappedBuffer(input, 1, input.length - 1));
        clock.runPendingTasks();
        Fuzz.check(!Fuzz.written(first).contains("the link failed"), "the link failed");
        link.close();
        clock.runPendingTasks();
        first.finishAndReleaseAll();
        clock.finishAndReleaseAll();
    }
}
