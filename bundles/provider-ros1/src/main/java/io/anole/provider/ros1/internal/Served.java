package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.provider.RequestHandler;
import io.anole.provider.ros1.internal.message.ServiceType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One service of this node. On the event loop. */
final class Served {
    /** What a service without a type of ROS is said to be. */
    static final String UNTYPED = "anole_msgs/Any";

    private final Node node;
    private final Name name;
    private final String service;
    private final String request;
    private final RequestHandler handler;
    private final boolean own;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Set<Asker> askers = new HashSet<>();
    private ServiceType type;
    private boolean opening;
    private boolean over;

    /** @param own whether it is below this node's name: it goes with the name, from a former link to this one too */
    Served(Node node, Name name, String service, String request, RequestHandler handler, boolean own) {
        this.node = node;
        this.name = name;
        this.service = service;
        this.request = request;
        this.handler = handler;
        this.own = own;
    }

    Name name() {
        return name;
    }

    String service() {
        return service;
    }

    RequestHandler handler() {
        return handler;
    }

    CompletableFuture<Void> ready() {
        return ready;
    }

    /** Null where it has none of ROS. */
    ServiceType type() {
        return type;
    }

    Set<Asker> askers() {
        return askers;
    }

    /** Whether the master has been told all that there is to tell. */
    boolean registered() {
        return !opening;
    }

    /** Finds its type, looks whether somebody else has the name, and tells the master; that again when it has forgotten. */
    void open() {
        if (opening) {
            return;
        }
        opening = true;
        if (ready.isDone()) {
            register();
            return;
        }
        node.lookups().serviceTypeOf(service, request).whenComplete((found, error) -> node.run(() -> {
            if (over) {
                return;
            }
            if (error != null) {
                node.endpoints().remove(this);
                over = true;
                ready.completeExceptionally(new BusException.Unsupported("'" + name + "': " + Node.cause(error).getMessage()));
                return;
            }
            type = found.orElse(null);
            if (own) {
                register();
            } else {
                claim();
            }
        }));
    }

    private void claim() {
        node.master().call("lookupService", service).whenComplete((where, error) -> node.run(() -> {
            if (over) {
                return;
            }
            if (error != null && !(Node.cause(error) instanceof Master.Refused)) {
                opening = false;
                node.membership().unreachable(error);
            } else if (error == null && where instanceof String uri && !uri.equals(node.serviceUri())) {
                node.lookups().probe(uri, service).whenComplete((alive, failure) -> node.run(() -> claimed(uri, failure == null && alive)));
            } else {
                register();
            }
        }));
    }

    private void claimed(String by, boolean alive) {
        if (over) {
            return;
        }
        if (alive) {
            over = true;
            node.endpoints().remove(this);
            ready.completeExceptionally(new BusException.Conflict("service '" + name + "' is served at " + by + " already"));
        } else {
            register();
        }
    }

    private void register() {
        node.master().call("registerService", service, node.serviceUri(), node.uri()).whenComplete((answer, error) -> node.run(() -> {
            if (over) {
                return;
            }
            opening = false;
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            ready.complete(null);
            node.membership().registeredOne();
        }));
    }

    void close() {
        if (over) {
            return;
        }
        over = true;
        node.endpoints().remove(this);
        ready.completeExceptionally(new BusException.Closed("'" + name + "': closed"));
        node.membership().unregister("unregisterService", service, node.serviceUri());
        List.copyOf(askers).forEach(asker -> asker.end("the service is not served any more"));
    }

    /** What a connection is told of it. */
    Map<String, String> header() {
        return type == null
                ? Map.of("callerid", node.settings().node(), "md5sum", "*", "type", UNTYPED, "request_type", UNTYPED + "Request",
                        "response_type", UNTYPED + "Response", Meta.FIELD, Meta.VERSION)
                : Map.of("callerid", node.settings().node(), "md5sum", type.md5(), "type", type.name(), "request_type",
                        type.request().name(), "response_type", type.answer().name(), Meta.FIELD, Meta.VERSION);
    }
}
