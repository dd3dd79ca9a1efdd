package io.anole.provider.ros1.internal;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The slave API: what the master and other nodes ask of this one. Asked on workers of XML-RPC; reads on the event loop. */
final class Slave implements XmlRpcHandler {
    private static final long PATIENCE_MS = 2000;

    private final Node node;

    Slave(Node node) {
        this.node = node;
    }

    @Override
    public Object call(String method, List<Object> params) throws Exception {
        return switch (method) {
            case "requestTopic" -> requestTopic(text(params, 1), params.size() > 2 ? params.get(2) : List.of());
            case "publisherUpdate" -> publisherUpdate(text(params, 1), params.size() > 2 ? params.get(2) : List.of());
            case Patterns.ASK -> {
                String topic = text(params, 1);
                yield List.of(1, "", read(() -> node.patterns().published(topic)) ? 1 : 0);
            }
            case "paramUpdate" -> {
                node.state().parameters().changed(text(params, 1));
                yield List.of(1, "", 0);
            }
            case "getPid" -> List.of(1, "", (int) ProcessHandle.current().pid());
            case "getMasterUri" -> List.of(1, "", node.settings().master());
            case "getName" -> List.of(1, "", node.settings().node());
            case "getUri" -> List.of(1, "", node.uri());
            case "getPublications" -> List.of(1, "publications", read(() -> node.endpoints().publications().stream()
                    .filter(one -> one.kind() != null)
                    .map(one -> List.of(one.topic(), one.kind().type().name())).toList()));
            case "getSubscriptions" -> List.of(1, "subscriptions", read(() -> node.endpoints().subscriptions().stream()
                    .map(one -> List.of(one.topic(), one.type())).toList()));
            case "getBusStats" -> List.of(1, "bus stats", read(this::busStats));
            case "getBusInfo" -> List.of(1, "bus info", read(this::busInfo));
            case "shutdown" -> {
                node.membership().superseded(text(params, 0) + " has shut it down: " + (params.size() > 1 ? params.get(1) : "no reason"));
                yield List.of(1, "shutdown", 0);
            }
            default -> throw new FaultException(1, "there is no method '" + method + "'");
        };
    }

    private static String text(List<Object> params, int index) throws FaultException {
        if (params.size() > index && params.get(index) instanceof String text) {
            return text;
        }
        throw new FaultException(1, "parameter " + index + " is missing, or no text");
    }

    private Object requestTopic(String topic, Object protocols) throws Exception {
        boolean known = read(() -> {
            Publication found = node.endpoints().publication(topic);
            return found != null && found.kind() != null;
        });
        if (!known) {
            return List.of(0, "not a publisher of [" + topic + "]", 0);
        }
        boolean tcp = protocols instanceof List<?> list
                && list.stream().anyMatch(one -> one instanceof List<?> protocol && protocol.contains("TCPROS"));
        return tcp ? List.of(1, "ready on " + node.sockets().host() + ":" + node.sockets().port(), List.of("TCPROS", node.sockets().host(), node.sockets().port()))
                : List.of(0, "only TCPROS is spoken here", 0);
    }

    private Object publisherUpdate(String topic, Object uris) {
        node.run(() -> {
            Subscription found = node.endpoints().subscription(topic);
            if (found != null) {
                found.update(Subscription.texts(uris));
                if (!List.of().equals(uris)) {
                    node.patterns().published(topic);
                }
            }
        });
        return List.of(1, "", 0);
    }

    private List<Object> busStats() {
        List<Object> out = new ArrayList<>();
        for (Publication one : node.endpoints().publications()) {
            List<Object> connections = new ArrayList<>();
            one.subscribers().forEach(to -> connections.add(List.of(to.number(), small(to.bytes()), small(to.sent()), true)));
            out.add(List.of(one.topic(), small(one.subscribers().stream().mapToLong(Subscriber::bytes).sum()), connections));
        }
        List<Object> in = new ArrayList<>();
        for (Subscription one : node.endpoints().subscriptions()) {
            List<Object> connections = new ArrayList<>();
            one.publishers().values().forEach(from -> connections.add(
                    List.of(from.number(), small(from.bytes()), small(from.received()), -1, from.connected())));
            in.add(List.of(one.topic(), connections));
        }
        return List.of(out, in, List.of());
    }

    private List<Object> busInfo() {
        List<Object> all = new ArrayList<>();
        for (Publication one : node.endpoints().publications()) {
            one.subscribers().forEach(to -> all.add(List.of(to.number(), to.caller(), "o", "TCPROS", one.topic(), true,
                    "TCPROS connection on port " + node.sockets().port())));
        }
        for (Subscription one : node.endpoints().subscriptions()) {
            one.publishers().values().forEach(from -> all.add(List.of(from.number(), from.uri(), "i", "TCPROS", one.topic(),
                    from.connected(), "TCPROS connection to " + from.uri())));
        }
        return all;
    }

    /** XML-RPC of ROS has no more than 32 bits. */
    private static int small(long value) {
        return (int) Math.min(Integer.MAX_VALUE, value);
    }

    private <T> T read(Supplier<T> from) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        node.run(() -> {
            try {
                result.complete(from.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new FaultException(1, "the node is busy, or ends");
        }
    }
}
