package io.anole.provider.local.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.Capabilities.Support;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bus inside this JVM. Everything happens on the calling thread and bodies pass by reference; the buffers behind the
 * handlers belong to the hub. A request is pending only inside the server that took it, which answers for it also when it
 * closes.
 */
final class LocalLink implements Link {
    static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final String bus;
    private final Capabilities capabilities;
    private final Routes routes;
    private final State state;
    private final ConcurrentHashMap<Name, RequestHandler> servers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    LocalLink(LinkConfig config, LinkListener listener) {
        bus = config.bus();
        Map<Ability, Support> all = new EnumMap<>(Ability.class);
        for (Ability ability : Ability.values()) {
            all.put(ability, Support.NATIVE);
        }
        capabilities = new Capabilities(all, true, Long.MAX_VALUE, Map.of());
        routes = new Routes(bus, listener, (int) config.number("retained.max", 10_000, 1, 1 << 24));
        state = new State(bus, (int) config.number("state.max", 100_000, 1, 1 << 24));
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Outlet advertise(Name topic, String type, Qos qos) {
        if (closed) {
            throw closed();
        }
        return routes.advertise(topic, qos);
    }

    @Override
    public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        if (closed) {
            return new Held(CompletableFuture.failedStage(closed()), () -> { });
        }
        return new Held(DONE, routes.subscribe(pattern, qos, handler));
    }

    @Override
    public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        RequestHandler server = servers.get(service);
        if (server == null) {
            BusException why = closed ? closed()
                    : new NoProvider("nobody serves '" + service + "' on bus '" + bus + "'");
            return CompletableFuture.failedStage(why);
        }
        return server.handle(request);
    }

    @Override
    public Registration serve(Name service, RequestHandler handler) {
        if (closed) {
            return new Held(CompletableFuture.failedStage(closed()), () -> { });
        }
        if (servers.putIfAbsent(service, handler) != null) {
            return new Held(CompletableFuture.failedStage(
                    new Conflict("'" + service + "' is already served on bus '" + bus + "'")), () -> { });
        }
        return new Held(DONE, () -> servers.remove(service, handler));
    }

    @Override
    public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        if (closed) {
            return CompletableFuture.failedStage(closed());
        }
        try {
            state.put(key, value.orElse(null));
            return DONE;
        } catch (BusException full) {
            return CompletableFuture.failedStage(full);
        }
    }

    @Override
    public CompletionStage<Optional<Value>> get(Name key) {
        return closed ? CompletableFuture.failedStage(closed())
                : CompletableFuture.completedStage(Optional.ofNullable(state.get(key)));
    }

    @Override
    public Registration watch(Pattern pattern, StateListener listener) {
        if (closed) {
            return new Held(CompletableFuture.failedStage(closed()), () -> { });
        }
        return new Held(DONE, state.watch(pattern, listener));
    }

    /** Publishing is handing over: nothing is ever on its way. */
    @Override
    public CompletionStage<Void> flush() {
        return DONE;
    }

    @Override
    public void close() {
        closed = true;
        servers.clear();
        routes.close();
        state.close();
    }

    private Closed closed() {
        return new Closed("the local link of bus '" + bus + "' is closed");
    }

    /** A registration that is as ready as it will ever be. */
    private record Held(CompletionStage<Void> ready, Runnable end) implements Registration {
        @Override
        public void close() {
            end.run();
        }
    }
}
