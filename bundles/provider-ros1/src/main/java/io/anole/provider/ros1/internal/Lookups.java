package io.anole.provider.ros1.internal;

import io.anole.provider.ros1.internal.Publication.Kind;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.ServiceType;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

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
                : node.master().call("getTopicTypes").handle((all, error) -> types(all).getOrDefault(topic, Bodies.TEXT)).thenCompose(name ->
                        node.work(() -> new Kind(node.bodies().types().message(name), name.equals(Bodies.TEXT)))));
    }

    /** What the master says of topics, as far as it knows. */
    static Map<String, String> types(Object all) {
        Map<String, String> types = new HashMap<>();
        if (all instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof List<?> pair && pair.size() == 2 && !"*".equals(pair.get(1))) {
                    types.put(String.valueOf(pair.get(0)), String.valueOf(pair.get(1)));
                }
            }
        }
        return types;
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

    /** The other nodes that hear a topic, or will do so as soon as they know of it: see {@link Patterns}. */
    CompletableFuture<Set<String>> audienceOf(String topic) {
        return node.master().call("getSystemState").thenCompose(state -> {
            View view = View.of(state);
            Set<String> names = ConcurrentHashMap.newKeySet();
            names.addAll(view.subscribers().getOrDefault(topic, Set.of()));
            List<String> others = view.subscribers().getOrDefault(Patterns.MARK, Set.of()).stream()
                    .filter(who -> !names.contains(who) && !who.equals(node.settings().node())).toList();
            return CompletableFuture.allOf(others.stream().map(who -> wants(who, topic).thenAccept(wanted -> {
                if (wanted) {
                    names.add(who);
                }
            })).toArray(CompletableFuture[]::new)).thenApply(done -> names);
        });
    }

    /** Whether another Anole has a pattern for the topic; one that does not say so in time has none. */
    private CompletableFuture<Boolean> wants(String who, String topic) {
        return node.master().call("lookupNode", who).thenCompose(uri -> {
            Master peer = node.peer(String.valueOf(uri));
            return peer.call(Patterns.ASK, topic).whenComplete((answer, error) -> peer.close());
        }).thenApply(Integer.valueOf(1)::equals)
                .completeOnTimeout(false, Math.max(1, node.settings().settle()), TimeUnit.MILLISECONDS)
                .exceptionally(error -> false);
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
