package io.anole.facades.internal.signal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.facades.internal.Held;
import io.anole.facades.internal.StateSnapshot;
import io.anole.signal.Interceptor;
import io.anole.signal.Listener;
import io.anole.signal.Presence;
import io.anole.signal.Requests;
import io.anole.signal.Router;
import io.anole.signal.Sender;
import io.anole.signal.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Signals over a bus: an event is the topic {@code sig/<sender>/<event>}, so the bus carries to each listener only what it
 * hears; a sender's requests are one service, exclusive, which also makes its name unique; presence is ephemeral state.
 */
final class BusRouter implements Router {
    private final Bus bus;
    private final Supplier<List<Interceptor>> interceptors;
    private final Set<Registration> open = ConcurrentHashMap.newKeySet();

    BusRouter(Bus bus, Supplier<List<Interceptor>> interceptors) {
        this.bus = bus;
        this.interceptors = interceptors;
    }

    @Override
    public Sender addSender(String name, Set<String> events, Requests requests) {
        if (events.isEmpty() && requests.none()) {
            throw new IllegalArgumentException("sender '" + name + "' has neither events nor requests");
        }
        BusSender sender = new BusSender(bus, name, events, requests, interceptors, open::remove);
        open.add(sender);
        return sender;
    }

    @Override
    public Registration listen(String sender, String event, Listener listener) {
        if (sender == null && event != null && !event.startsWith("#")) {
            throw new IllegalArgumentException("event '" + event + "' of every sender can't be heard: only channels, "
                    + "whose names begin with '#', can; name the sender or the channel");
        }
        List<Registration> parts = new ArrayList<>();
        boolean presence = CONNECT.equals(event) || DISCONNECT.equals(event);
        if (!presence) {
            parts.add(bus.subscribe(Addresses.signals(sender, event), Object.class, Qos.DEFAULT,
                    (data, message) -> listener.heard(new Signal(Addresses.sender(message.name()),
                            Addresses.event(message.name()), data, message.headers()))));
        }
        if (presence || event == null) {
            parts.add(bus.watch(sender == null ? Addresses.ALL_PRESENT : Addresses.presence(sender), Presence.class,
                    new PresenceWatcher(event, listener)));
        }
        CompletionStage<Void> ready = CompletableFuture.allOf(parts.stream()
                .map(part -> part.ready().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
        if (sender != null && event != null && !presence) {
            ready = ready.thenCompose(done -> declared(sender, event));
        }
        return keep(ready, parts);
    }

    private Registration keep(CompletionStage<Void> ready, List<Registration> parts) {
        Registration[] self = new Registration[1];
        self[0] = new Held(ready, () -> {
            open.remove(self[0]);
            parts.forEach(Registration::close);
        });
        open.add(self[0]);
        return self[0];
    }

    /** A sender that is there must have the event; one that is not may come with it. */
    private CompletionStage<Void> declared(String sender, String event) {
        return bus.get(Addresses.presence(sender), Presence.class).thenAccept(there -> {
            if (there.isPresent() && !there.get().events().contains(event)) {
                throw new BusException.Unsupported("sender '" + sender + "' has no event '" + event + "': it has "
                        + there.get().events());
            }
        });
    }

    @Override
    public CompletableFuture<Object> request(String sender, String method, Object params) {
        return request(sender, method, params, Optional.empty());
    }

    @Override
    public CompletableFuture<Object> request(String sender, String method, Object params, Duration timeout) {
        return request(sender, method, params, Optional.of(timeout));
    }

    private CompletableFuture<Object> request(String sender, String method, Object params, Optional<Duration> timeout) {
        if (method == null) {
            throw new IllegalArgumentException("a request needs a method");
        }
        Caller<Ask, Object> caller = bus.caller(Addresses.requests(sender), Ask.class, Object.class);
        Ask ask = new Ask(method, params);
        CompletableFuture<Object> answer = timeout.map(bound -> caller.call(ask, bound)).orElseGet(() -> caller.call(ask));
        return answer.handle((value, failure) -> {
            caller.close();
            if (failure != null) {
                throw typed(failure);
            }
            return value;
        });
    }

    /** What the sender's router refused, as it would be refused here. */
    private static RuntimeException typed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BusException.RemoteError remote
                && remote.type().equals(BusException.Unsupported.class.getName())) {
            return new BusException.Unsupported(remote.getMessage());
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
    }

    @Override
    public CompletableFuture<List<Presence>> senders() {
        return StateSnapshot.of(bus, Addresses.ALL_PRESENT, Presence.class).thenApply(all -> all.values().stream()
                .sorted(Comparator.comparing(Presence::sender)).toList());
    }

    @Override
    public void close() {
        open.forEach(Registration::close);
    }
}
