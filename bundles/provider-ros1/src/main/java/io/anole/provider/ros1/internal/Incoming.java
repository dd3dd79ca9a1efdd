package io.anole.provider.ros1.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.anole.provider.ros1.internal.message.MessageType;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;

/**
 * The way in from one publisher of a topic: asked where, connected to, and tried again until the master names it no more. Then
 * what is still under way is taken.
 */
final class Incoming {
    private final Node node;
    private final Subscription subscription;
    private final String uri;
    private final int number;
    private Feed feed;
    private Message kept;
    private int attempt;
    private boolean tried;
    private boolean leaving;
    private ScheduledFuture<?> ending;
    private boolean closed;
    private long bytes;
    private long received;

    Incoming(Node node, Subscription subscription, String uri) {
        this.node = node;
        this.subscription = subscription;
        this.uri = uri;
        this.number = node.number();
    }

    int number() {
        return number;
    }

    /** The type's name, once connected. */
    Optional<String> type() {
        return connected() ? Optional.of(feed.type.name()) : Optional.empty();
    }

    String uri() {
        return uri;
    }

    boolean tried() {
        return tried;
    }

    boolean connected() {
        return feed != null && feed.type != null;
    }

    /** The message that a publisher keeps for those who come late, if this one does. */
    Optional<Message> kept() {
        return Optional.ofNullable(kept);
    }

    long bytes() {
        return bytes;
    }

    long received() {
        return received;
    }

    void connect() {
        if (closed) {
            return;
        }
        if (within()) {
            connectWithin();
            return;
        }
        String topic = subscription.topic();
        Master peer;
        try {
            peer = node.peer(uri);
        } catch (IllegalArgumentException e) {
            failed(e.getMessage());
            return;
        }
        peer.call("requestTopic", topic, List.of(List.of("TCPROS"))).whenComplete((answer, error) -> node.run(() -> {
            peer.close();
            if (closed) {
                return;
            }
            if (error != null) {
                failed("can't ask its publisher: " + Node.cause(error).getMessage());
            } else if (answer instanceof List<?> where && where.size() >= 3 && where.get(1) instanceof String host
                    && where.get(2) instanceof Integer port && port > 0 && port < 65_536) {
                open(InetSocketAddress.createUnresolved(host, port));
            } else {
                failed("its publisher at " + uri + " offers no TCPROS");
            }
        }));
    }

    /** To this node itself: not by its slave API, where a successor may answer already. */
    private void connectWithin() {
        if (feed == null && subscription.isPublishedHere()) {
            open(InetSocketAddress.createUnresolved(node.sockets().host(), node.sockets().port()));
        }
    }

    private boolean within() {
        return uri.equals(node.uri());
    }

    private void open(InetSocketAddress at) {
        Feed opening = new Feed(at);
        feed = opening;
        node.sockets().dial(at, opening).whenComplete((done, error) -> {
            if (error != null && feed == opening) {
                feed = null;
                failed(error.getMessage());
            }
        });
    }

    private void failed(String reason) {
        if (closed) {
            return;
        }
        tried = true;
        subscription.reached(this);
        if (leaving || within() && !subscription.isPublishedHere()) {
            subscription.gone(this);
            return;
        }
        if (attempt > 1) {
            // One that leaves in peace is not worth a line: the master names it no more very soon.
            node.log("topic '" + subscription.topic() + "': no connection to " + uri, reason);
        }
        node.later(this::connect, node.settings().backoff().after(attempt++).toMillis());
    }

    /** The master names it again. */
    void stay() {
        leaving = false;
        if (ending != null) {
            ending.cancel(false);
        }
    }

    /**
     * The master names it no more: it is heard to its end, which is near. What is published here ends by itself. One that has
     * our header may have sent all and left before its answer was read here.
     */
    void leave() {
        if (feed == null) {
            subscription.gone(this);
        } else if (!leaving) {
            leaving = true;
            if (!within()) {
                endSoon();
            }
        }
    }

    private void endSoon() {
        ending = node.later(() -> {
            if (leaving && feed != null && feed.pending > 0) {
                endSoon(); // it is we who are slow
            } else if (leaving && !closed) {
                subscription.gone(this);
            }
        }, node.settings().timeout());
    }

    void close() {
        closed = true;
        if (feed != null) {
            feed.end("not needed any more");
            feed = null;
        }
    }

    /** One connection. */
    private final class Feed extends Line {
        private final InetSocketAddress at;
        private MessageType type;
        private String caller = "";
        private boolean kin;
        private boolean latching;
        private int pending;

        Feed(InetSocketAddress at) {
            super(node.settings().maxPayload());
            this.at = at;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            Map<String, String> header = new LinkedHashMap<>();
            header.put("callerid", node.settings().node());
            header.put("topic", subscription.topic());
            header.put("type", "*");
            header.put("md5sum", "*");
            header.put("message_definition", "");
            header.put("tcp_nodelay", "1");
            header.put(Meta.FIELD, Meta.VERSION);
            send(header);
        }

        @Override
        void header(Map<String, String> header) throws Refusal {
            String error = header.get("error");
            if (error != null) {
                throw new Refusal("its publisher says: " + error);
            }
            caller = header.getOrDefault("callerid", "");
            kin = Meta.VERSION.equals(header.get(Meta.FIELD));
            latching = "1".equals(header.get("latching"));
            try {
                type = node.bodies().types().message(header.getOrDefault("type", ""), header.getOrDefault("md5sum", ""),
                        header.getOrDefault("message_definition", ""));
            } catch (BadShape e) {
                node.dropped(Drop.MALFORMED, 1);
                throw new Refusal(e.getMessage());
            }
            attempt = 0;
            tried = true;
            subscription.reached(Incoming.this);
        }

        @Override
        void frame(boolean ok, ByteBuffer frame) throws Refusal {
            if (closed) {
                return;
            }
            bytes += frame.remaining();
            received++;
            Message message;
            boolean keptOne = false;
            try {
                if (kin) {
                    Meta meta = Meta.decode(frame, node.senders());
                    Object body = meta.cbor() ? node.bodies().ofCbor(frame) : node.bodies().read(type, frame);
                    message = meta.message(subscription.name(), body);
                    keptOne = meta.kept();
                } else {
                    Object body = node.bodies().read(type, frame);
                    message = new Message(subscription.name(), type.name(), Map.of(), body, source(), 0, Node.now(),
                            Message.NEVER);
                }
            } catch (BadShape e) {
                node.dropped(Drop.MALFORMED, 1);
                node.log("topic '" + subscription.topic() + "': dropped a message of " + caller, e.getMessage());
                return;
            }
            if (latching) {
                kept = message;
            }
            CompletionStage<Void> room = subscription.deliver(message, keptOne);
            if (room != null) {
                pending++;
                channel().config().setAutoRead(false);
                room.whenComplete((done, error) -> node.run(() -> {
                    if (--pending == 0 && open()) {
                        channel().config().setAutoRead(true);
                    }
                }));
            }
        }

        private String source() {
            return caller.startsWith("/") ? caller.substring(1) : caller;
        }

        @Override
        void ended(String reason) {
            if (feed == this) {
                feed = null;
                failed(at.getHostString() + ":" + at.getPort() + ": " + reason);
            }
        }
    }
}
