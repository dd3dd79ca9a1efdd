package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Who serves what, and which requests have no answer yet. */
final class RouterCalls {
    /** For an answer that is late: ns until it is not waited for any more. */
    static final long GRACE = 1_000_000_000;

    private final Router router;
    /** The first serves; those behind are later links of the same bus, which is being moved. */
    private final Map<Name, List<Server>> servers = new HashMap<>();
    private final Map<Long, Call> calls = new HashMap<>();
    private long numbers;

    RouterCalls(Router router) {
        this.router = router;
    }

    record Server(RouterSession session, int id, Name name) {
    }

    private record Call(RouterSession caller, long id, Server server, long until) {
    }

    void serve(Server server) throws Refusal {
        List<Server> all = servers.computeIfAbsent(server.name, name -> new ArrayList<>(1));
        for (Server other : all) {
            if (!server.session.succeeds(other.session)) {
                throw new Refusal(Frame.CONFLICT, "'" + server.name + "' is already served by "
                        + (other.session == server.session ? "this client" : "'" + other.session.identity() + "'"));
            }
        }
        all.add(server);
    }

    void end(Server server) {
        List<Server> all = servers.get(server.name);
        if (all != null && all.remove(server)) {
            router.neighbours().unserved(server);
            if (all.isEmpty()) {
                servers.remove(server.name);
            }
            fail(call -> call.server == server, Frame.NO_PROVIDER, "'" + server.name + "' was closed before it answered");
        }
    }

    void request(RouterSession caller, long id, Name name, long expires, byte[] block) {
        List<Server> all = servers.getOrDefault(name, List.of());
        Server server = all.stream().filter(one -> one.session.here()).findFirst().orElse(null);
        if (expires - System.nanoTime() < 0) {
            refuse(caller, id, Frame.TIMEOUT, "the request to '" + name + "' came to the router when its time was over");
        } else if (server == null) {
            refuse(caller, id, Frame.NO_PROVIDER, all.isEmpty() ? "nobody serves '" + name + "'"
                    : "who serves '" + name + "' is not connected");
        } else if (calls.size() >= router.settings().maxCalls()) {
            refuse(caller, id, Frame.REFUSED_IT, "the router has " + router.settings().maxCalls() + " calls under way, as many as it may (calls.max)");
        } else {
            long number = ++numbers;
            calls.put(number, new Call(caller, id, server, expires + GRACE));
            server.session.tell(out -> out.request(number, out.millisLeft(expires), block));
        }
    }

    private static void refuse(RouterSession caller, long id, int status, String why) {
        caller.tell(out -> out.failure(id, status, "", why, ""));
    }

    /** @param answer what follows the number, as it came */
    void response(RouterSession by, long number, ByteBuf answer) {
        Call call = calls.get(number);
        if (call != null && call.server.session == by) {
            calls.remove(number);
            call.caller.tell(out -> out.response(call.id, answer));
        }
    }

    /** The session's connection is gone: nobody there answers, and nobody there waits. */
    void cut(RouterSession session) {
        calls.values().removeIf(call -> call.caller == session);
        fail(call -> call.server.session == session, Frame.LINK_LOST, "who serves it has lost its connection");
    }

    void sweep(long now) {
        calls.values().removeIf(call -> now - call.until > 0);
    }

    private void fail(Predicate<Call> which, int status, String why) {
        List<Map.Entry<Long, Call>> over = calls.entrySet().stream().filter(entry -> which.test(entry.getValue())).toList();
        over.forEach(entry -> {
            calls.remove(entry.getKey());
            refuse(entry.getValue().caller, entry.getValue().id, status, why);
        });
    }
}
