package io.anole.provider.ros1.internal;

import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A connection that only finds out whether somebody serves there. */
final class Probe extends Line {
    private final String caller;
    private final String service;
    private final CompletableFuture<Boolean> alive = new CompletableFuture<>();

    Probe(String caller, String service) {
        super(Header.LARGEST);
        this.caller = caller;
        this.service = service;
    }

    CompletableFuture<Boolean> alive() {
        return alive;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(Map.of("callerid", caller, "service", service, "md5sum", "*", "probe", "1", Meta.FIELD, Meta.VERSION));
    }

    @Override
    void header(Map<String, String> header) {
        alive.complete(!header.containsKey("error"));
        end("it is known");
    }

    @Override
    void frame(boolean ok, ByteBuffer bytes) {
        // nothing follows
    }

    @Override
    void ended(String reason) {
        alive.complete(false);
    }
}
