package io.anole.provider.tcp.internal;

import ch.qos.logback.classic.Level;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.LinkConfig;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;

/** What a router does with any bytes of a client: it never fails, and serves its other clients as before. */
public final class RouterFuzz {
    private static final RouterSettings SETTINGS = Settings.of(new LinkConfig("main", "router", Map.of("mode", "router", "max.payload",
            65_536, "state.max", 50, "routes.max", 50, "registrations.max", 50, "calls.max", 50, "unaccepted.max", 100))).router();
    private static final byte[] HELLO = RawClient.frames(out -> out.hello(SessionId.NONE, 0, "other", "main", "", -1));
    private static final byte[] WITNESS = RawClient.frames(out -> {
        out.hello(SessionId.NONE, 0, "witness", "main", "", -1);
        out.subscribe(1, Frame.RELIABLE, "/witness");
        out.sync(2, Frame.RESTORED_ALL);
    });
    private static final byte[] PUBLISHED = RawClient.frames(out -> out.publish(1, 0, block("/witness", "unharmed"), 0));

    private RouterFuzz() {
    }

    private static byte[] block(String topic, String body) {
        Name name = Name.of(topic);
        Wire wire = new Wire(new CborCodec(Limits.DEFAULT), new JsonCodec(Limits.DEFAULT), false, 65_536);
        return wire.block(new Message(name, "", Map.of(), body, "other/x/1", 1, 1, Message.NEVER));
    }

    public static void fuzzerInitialize() {
        Fuzz.log(Level.ERROR);
    }

    /** @param input the first byte is even if it begins with HELLO already */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        EmbeddedChannel clock = new EmbeddedChannel();
        Router router = new Router(SETTINGS, clock.eventLoop(), (reason, count) -> { }, null);
        EmbeddedChannel witness = connect(router);
        witness.writeInbound(Unpooled.wrappedBuffer(WITNESS));
        EmbeddedChannel offender = connect(router);
        if (input[0] % 2 != 0) {
            offender.writeInbound(Unpooled.wrappedBuffer(HELLO));
        }
        offender.writeInbound(Unpooled.wrappedBuffer(input, 1, input.length - 1));
        clock.runPendingTasks();
        Fuzz.check(!Fuzz.written(offender).contains("the router failed"), "the router failed");
        EmbeddedChannel publisher = connect(router);
        publisher.writeInbound(Unpooled.wrappedBuffer(HELLO));
        publisher.writeInbound(Unpooled.wrappedBuffer(PUBLISHED));
        clock.runPendingTasks();
        Fuzz.check(Fuzz.written(witness).contains("unharmed"), "another client was harmed");
        offender.finishAndReleaseAll();
        router.close();
        witness.finishAndReleaseAll();
        publisher.finishAndReleaseAll();
        clock.finishAndReleaseAll();
    }

    private static EmbeddedChannel connect(Router router) {
        return new EmbeddedChannel(new ChannelPipe(SETTINGS.maxFrame(), "a fuzzer", router::accept));
    }
}
