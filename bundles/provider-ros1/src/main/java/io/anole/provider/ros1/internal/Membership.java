package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.provider.LinkListener;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in its graph: it comes up, is known to the master, and leaves. On the event loop, and tells the link's
 * listener from there.
 *
 * <p>The master is asked every heartbeat whether it still knows this node. While it does not answer, connections to other
 * nodes go on; when it has forgotten, everything is registered again.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final Node node;
    private final XmlRpc xmlRpc;
    private final Slave slave;
    private final LinkListener listener;
    private boolean up;
    private boolean restoring;
    private boolean over;
    private String told;
    private volatile XmlRpcServer server;
    private volatile String uri = "";

    Membership(Node node, XmlRpc xmlRpc, LinkListener listener) {
        this.node = node;
        this.xmlRpc = xmlRpc;
        this.slave = new Slave(node);
        this.listener = listener;
    }

    /** Any thread: of the slave API; empty until there is one. */
    String uri() {
        return uri;
    }

    // Coming up

    void join() {
        if (node.closed()) {
            return;
        }
        node.sockets().listen().whenComplete((at, error) -> {
            if (error == null) {
                serve(at);
            } else {
                notUp(error.getMessage(), this::join);
            }
        });
    }

    private void serve(InetAddress at) {
        if (node.closed()) {
            return;
        }
        try {
            server = xmlRpc.serve(ServerOptions.of("ros1 " + node.settings().master() + " " + node.settings().node(),
                    new InetSocketAddress(at, node.settings().slavePort())), slave);
        } catch (IOException | IllegalArgumentException e) {
            notUp(e.getMessage(), () -> serve(at));
            return;
        }
        uri = "http://" + node.sockets().host() + ":" + server.address().getPort() + "/";
        heartbeat();
    }

    private void notUp(String reason, Runnable again) {
        down(reason);
        node.later(again, node.settings().heartbeat());
    }

    // With the master

    private void heartbeat() {
        if (node.closed()) {
            return;
        }
        node.master().call("lookupNode", node.settings().node()).whenComplete((known, error) -> node.run(() -> {
            if (node.closed() || over) {
                return;
            }
            Throwable cause = error == null ? null : Node.cause(error);
            boolean anything = node.endpoints().any() || node.patterns().any() || node.state().any();
            if (cause != null && !(cause instanceof Master.Refused)) {
                unreachable(cause);
            } else if (cause != null && (anything || !up)) {
                registerAll();
            } else if (cause == null && !uri.equals(known) && server.current() && up && anything) {
                superseded("another node has taken the name " + node.settings().node() + " (" + known + ")");
                return;
            } else if (!up) {
                registerAll();
            }
            node.simulated().look();
            node.later(this::heartbeat, node.settings().heartbeat());
        }));
    }

    private void registerAll() {
        node.endpoints().register();
        node.patterns().register();
        node.state().register();
        node.survey().begin();
        restoring = true;
        registeredOne();
    }

    /** Tells that the link is up when all is registered again. */
    void registeredOne() {
        if (!restoring || up && told == null) {
            return;
        }
        if (node.endpoints().registered() && node.patterns().registered() && node.state().registered()) {
            restoring = false;
            up = true;
            told = null;
            listener.up(node.settings().master() + " as " + node.settings().node());
        }
    }

    /** A call of the master has failed. */
    void unreachable(Throwable error) {
        Throwable cause = Node.cause(error);
        up = false;
        restoring = false;
        node.state().lost();
        String why = "the master at " + node.settings().master()
                + (cause instanceof Master.Refused ? " refuses: " : " does not answer: ") + cause.getMessage();
        down(why);
    }

    private void down(String reason) {
        up = false;
        if (!reason.equals(told)) {
            told = reason;
            listener.down(reason);
        }
    }

    /** Takes a registration back, unless a successor has this node's address and needs it. */
    void unregister(String method, String name, String where) {
        if (server != null && server.current() && !over) {
            node.master().call(method, name, where).exceptionally(error -> {
                LOG.debug("bus '{}': {} of '{}': {}", node.settings().bus(), method, name, error.toString());
                return null;
            });
        }
    }

    // The end

    /** Any thread: somebody wants this node to end: it leaves the graph, and does not come back by itself. */
    void superseded(String reason) {
        node.run(() -> {
            if (node.closed() || over) {
                return;
            }
            over = true;
            LOG.warn("bus '{}': {}; the node has left the graph and does not come back until the bus is configured anew",
                    node.settings().bus(), reason);
            leave();
            node.calls().close(new BusException.LinkLost(reason));
            down(reason);
        });
    }

    /** Takes back all registrations and ends all connections. */
    CompletableFuture<Void> leave() {
        Endpoints all = node.endpoints();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        if (server != null && server.current()) {
            all.publications().stream().filter(one -> one.kind() != null).forEach(one -> calls.add(takeBack(one)));
            all.subscriptions().forEach(one -> calls.add(node.master().call("unregisterSubscriber", one.topic(), uri)));
            if (node.patterns().any()) {
                calls.add(node.master().call("unregisterSubscriber", Patterns.MARK, uri));
            }
            if (node.state().parameters().followed()) {
                calls.add(node.master().call("unsubscribeParam", uri, "/"));
            }
            all.services().forEach(one -> calls.add(
                    node.master().call("unregisterService", one.service(), node.serviceUri())));
        } else if (server != null) {
            all.publications().stream().filter(one -> one.kind() != null).forEach(one -> calls.add(passOn(one)));
        }
        over = true;
        all.close();
        node.patterns().close();
        node.state().close();
        node.sockets().dismiss();
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> takeBack(Publication one) {
        return node.master().call("unregisterPublisher", one.topic(), uri);
    }

    /**
     * A successor publishes under the same address, so subscribers would go on trying the port that ends with this node; as
     * the topic comes anew they ask again where it is.
     */
    private CompletableFuture<?> passOn(Publication one) {
        takeBack(one);
        return node.master().call("registerPublisher", one.topic(), one.kind().type().name(), uri);
    }

    /** Any thread: the slave API ends, if no successor has it. */
    void close() {
        XmlRpcServer last = server;
        if (last != null) {
            last.close();
        }
    }
}
