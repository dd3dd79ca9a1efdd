package io.anole.facades.internal.signal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Registration;
import io.anole.facades.internal.StateSnapshot;
import io.anole.signal.Interceptor;
import io.anole.signal.Presence;
import io.anole.signal.Requests;
import io.anole.signal.Router;
import io.anole.signal.Sender;
import io.anole.signal.Trigger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One sender. Its name is claimed by serving its requests; only then is it announced. When it goes it is unannounced
 * first, so that whoever claims the name next is not mistaken for it.
 */
final class BusSender implements Sender {
    private final Bus bus;
    private final String name;
    private final Map<String, Publisher<Object>> publishers = new TreeMap<>();
    private final Set<String> events = new TreeSet<>();
    private final Supplier<List<Interceptor>> interceptors;
    private final Consumer<Registration> onClose;
    private final Registration claim;
    private final CompletableFuture<Void> ready;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Requests requests;

    BusSender(Bus bus, String name, Set<String> events, Requests requests, Supplier<List<Interceptor>> interceptors,
            Consumer<Registration> onClose) {
        this.bus = bus;
        this.name = name;
        this.requests = requests;
        this.interceptors = interceptors;
        this.onClose = onClose;
        String claimed = Addresses.requests(name);
        for (String event : events) {
            if (event.equals(Router.CONNECT) || event.equals(Router.DISCONNECT)) {
                throw new IllegalArgumentException("event '" + event + "' of sender '" + name + "' is triggered by its "
                        + "presence alone");
            }
            publishers.put(event, bus.publisher(Addresses.signals(name, event), Object.class));
        }
        this.events.addAll(events);
        this.events.addAll(Set.of(Router.CONNECT, Router.DISCONNECT));
        this.claim = bus.serve(claimed, Ask.class, Object.class, this::answer);
        this.ready = claim.ready().thenCompose(mine -> announce()).toCompletableFuture();
    }

    private CompletionStage<Void> announce() {
        Requests answered = requests;
        return bus.put(Addresses.presence(name), new Presence(name, List.copyOf(events),
                List.copyOf(new TreeSet<>(answered.methods().keySet())), answered.fallback() != null), Lifetime.EPHEMERAL);
    }

    private CompletionStage<Object> answer(Ask ask, Message request) throws Exception {
        Requests answered = requests;
        Requests.Method method = answered.methods().get(ask.method());
        if (method != null) {
            return CompletableFuture.completedFuture(method.answer(ask.params()));
        }
        if (answered.fallback() != null) {
            return CompletableFuture.completedFuture(answered.fallback().answer(ask.method(), ask.params()));
        }
        throw new BusException.Unsupported(answered.none() ? "sender '" + name + "' answers no requests"
                : "sender '" + name + "' has no method '" + ask.method() + "': it has "
                        + new TreeSet<>(answered.methods().keySet()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<String> events() {
        return Set.copyOf(events);
    }

    @Override
    public Trigger signal(String event) {
        Publisher<Object> publisher = publishers.get(event);
        if (publisher == null) {
            throw new IllegalArgumentException("sender '" + name + "' has no event '" + event + "': it has "
                    + publishers.keySet());
        }
        return data -> {
            List<Interceptor> all = interceptors.get();
            return all.isEmpty() ? publisher.publish(data) : publisher.publish(data, info(all, event, data));
        };
    }

    private Map<String, String> info(List<Interceptor> all, String event, Object data) {
        Map<String, String> info = new HashMap<>();
        all.forEach(interceptor -> info.putAll(interceptor.info(name, event, data)));
        return info;
    }

    @Override
    public void requests(Requests others) {
        requests = others;
        if (connected()) {
            announce();
        }
    }

    @Override
    public boolean connected() {
        return ready.isDone() && !ready.isCompletedExceptionally() && !closed.get();
    }

    @Override
    public CompletableFuture<Integer> listeners() {
        return StateSnapshot.of(bus, "@graph/**", Object.class)
                .thenApply(all -> (int) all.values().stream().filter(this::hears).count());
    }

    private boolean hears(Object announced) {
        if (!(announced instanceof Map<?, ?> endpoint) || !"subscription".equals(endpoint.get("kind"))) {
            return false;
        }
        Pattern heard = Pattern.of(String.valueOf(endpoint.get("name")));
        return publishers.keySet().stream().anyMatch(event -> heard.matches(Name.of(Addresses.signals(name, event))));
    }

    @Override
    public CompletionStage<Void> ready() {
        return ready;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ready.thenRun(() -> bus.remove(Addresses.presence(name)));
        claim.close();
        publishers.values().forEach(Publisher::close);
        onClose.accept(this);
    }
}
