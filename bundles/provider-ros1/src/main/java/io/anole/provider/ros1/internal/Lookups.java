package io.anole.provider.ros1.internal;

import io.anole.provider.ros1.internal.Publication.Kind;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.ServiceType;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What is asked of the master, the disk and other nodes: what topics and services carry, and who is there. Asked on the event
 * loop; definitions are read on the node's worker. An answer may come on any thread.
 */
final class Lookups {
    private final Node node;

    Lookups(Node node) {
        this.node = node;
    }

    /** What a topic carries: what is configured, else the given type if it is one of ROS, else what the master says. */
    CompletableFuture<Kind> kindOf(String topic, String type) {
        String configured = node.settings().types().get(topic);
        return node.work(() -> {
            if (configured != null) {
                return Optional.of(node.bodies().types().message(configured));
            }
            return node.bodies().types().knows(type) ? Optional.of(node.bodies().types().message(type))
                    : Optional.<MessageType>empty();
        }).thenCompose(known -> known.isPresent() ? CompletableFuture.completedFuture(new Kind(known.get(), false))
                : node.master().call("getTopicTypes").handle((all, error) -> typeIn(all, topic)).thenCompose(name ->
                        node.work(() -> new Kind(node.bodies().types().message(name), name.equals(Bodies.TEXT)))));
    }

    private static String typeIn(Object all, String topic) {
        if (all instanceof List<?> list) {
            for (Object pair : list) {
                if (pair instanceof List<?> two && two.size() == 2 && topic.equals(two.get(0)) && !"*".equals(two.get(1))) {
                    return String.valueOf(two.get(1));
                }
            }
        }
        return Bodies.TEXT;
    }

    /** The type of a service: what is configured, else what its request's type tells; empty for none of ROS. */
    CompletableFuture<Optional<ServiceType>> serviceTypeOf(String service, String request) {
        String configured = node.settings().types().get(service);
        return node.work(() -> {
            if (configured != null) {
                return Optional.of(node.bodies().types().service(configured));
            }
            String name = request.endsWith("Request") ? request.substring(0, request.length() - "Request".length()) : request;
            return node.bodies().types().knowsService(name) ? Optional.of(node.bodies().types().service(name))
                    : Optional.empty();
        });
    }

    /** The nodes that the master says to be listening. */
    CompletableFuture<Set<String>> subscribersOf(String topic) {
        return node.master().call("getSystemState").thenApply(state -> {
            Set<String> names = new HashSet<>();
            if (state instanceof List<?> parts && parts.size() == 3 && parts.get(1) instanceof List<?> all) {
                for (Object one : all) {
                    if (one instanceof List<?> pair && pair.size() == 2 && topic.equals(pair.get(0))) {
                        names.addAll(Subscription.texts(pair.get(1)));
                    }
                }
            }
            return names;
        });
    }

    /** Whether somebody serves there. */
    CompletableFuture<Boolean> probe(String where, String service) {
        InetSocketAddress at;
        try {
            at = serviceAddress(where);
        } catch (Refusal e) {
            return CompletableFuture.completedFuture(false);
        }
        Probe probe = new Probe(node.settings().node(), service);
        return node.sockets().dial(at, probe).thenCompose(done -> {
            node.later(() -> probe.end("it does not answer"), node.settings().timeout());
            return probe.alive();
        });
    }

    static InetSocketAddress serviceAddress(String where) throws Refusal {
        int colon = where.lastIndexOf(':');
        try {
            if (where.startsWith("rosrpc://") && colon > 9) {
                String end = where.substring(colon + 1);
                return InetSocketAddress.createUnresolved(where.substring(9, colon),
                        Integer.parseInt(end.endsWith("/") ? end.substring(0, end.length() - 1) : end));
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal("'" + where + "' is no address of a service");
        }
        throw new Refusal("'" + where + "' is no address of a service");
    }
}
