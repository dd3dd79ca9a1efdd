package io.anole.core.internal.hub;

import io.anole.bus.Shapes;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.Value;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.LinkConfig;
import io.anole.core.ParticipantBus;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bus. It remembers what its participants have opened, and hangs all of it on the link there is now, if any; links
 * come and go by {@link #open} and {@link #lose}. Endpoints do the work by themselves: this object is only asked when
 * something is opened, closed or moved.
 */
public final class Hub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    private final HubConfig config;
    private final Shapes shapes;
    private final Clock clock = new Clock();
    private final Waits waits = new Waits();
    private final Sweeper sweeper;
    private final Dispatcher dispatcher;
    private final Lane ownLane;
    private final Calls calls;
    private final Store store;
    private final Graph graph;
    private final Tally linkTally = new Tally();
    /** Not from 1: what a former life of this runtime has sent must not look like this one's. */
    private final AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 40));
    private final Object lock = new Object();
    /** Open endpoints with what takes their announcement back, and open views. Guarded by lock. */
    private final Map<Endpoint, Runnable> endpoints = new IdentityHashMap<>();
    private final Map<BusView, Boolean> views = new IdentityHashMap<>();
    private Counters past = new Counters(0, 0, 0, 0, 0, Map.of());
    private long sessions;
    private volatile Session session;
    private volatile String absent = "no link was opened yet";
    private volatile boolean closed;

    public Hub(HubConfig config, Shapes shapes) {
        this.config = config;
        this.shapes = shapes;
        sweeper = new Sweeper("bus-" + config.bus() + "-limits");
        dispatcher = new Dispatcher("bus-" + config.bus(), config.threads(), config.maxThreads(), config.spin(), sweeper);
        ownLane = new Lane(dispatcher);
        calls = new Calls(sweeper);
        store = new Store(this);
        graph = new Graph(this);
        sweeper.start();
    }

    /**
     * Opens a link and moves everything to it.
     *
     * @throws IllegalArgumentException from the provider, if the configuration can never work
     */
    public void open(BusProvider provider, Map<String, Object> properties) {
        Session next;
        synchronized (lock) {
            next = new Session(++sessions, linkTally);
        }
        next.open(provider, new LinkConfig(config.bus(), config.runtime(), properties));
        Session former;
        List<Endpoint> all;
        synchronized (lock) {
            former = session;
            session = next;
            all = new ArrayList<>(endpoints.keySet());
        }
        store.restore(next);
        all.forEach(endpoint -> move(endpoint, next));
        if (former != null) {
            former.link().close();
        }
    }

    /** One that the new link refuses must not keep the others from it. */
    private void move(Endpoint endpoint, Session next) {
        try {
            endpoint.attach(next);
        } catch (RuntimeException e) {
            LOG.warn("bus '{}': {} can't move to the new link: {}", config.bus(), endpoint.describe().name(), e.getMessage());
        }
    }

    /** Lets the link go; what is registered waits for the next one. */
    public void lose(String reason) {
        Session former;
        List<Endpoint> all;
        synchronized (lock) {
            former = session;
            absent = reason;
            session = null;
            all = new ArrayList<>(endpoints.keySet());
        }
        if (former != null) {
            all.forEach(endpoint -> endpoint.detach(former));
            former.link().close();
            calls.sweep(System.nanoTime());
        }
    }

    /**
     * A participant's view.
     *
     * @param lane runs its handlers unless another is given, or null for this hub's own threads
     */
    public ParticipantBus view(String participant, Executor lane) {
        BusView view = new BusView(this, Identity.segment(participant), lane);
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("bus '" + config.bus() + "' is closed");
            }
            views.put(view, true);
        }
        return view;
    }

    /** The state of the link, and one line about it. */
    public Statistics.LinkState link() {
        Session now = session;
        return now == null ? LinkState.DOWN : now.state().link();
    }

    /** Where the link leads, or why there is none. */
    public String detail() {
        Session now = session;
        return now == null ? absent : now.state().detail();
    }

    /** What the bus has counted. */
    public Statistics statistics() {
        List<Endpoint> all;
        Counters total;
        synchronized (lock) {
            all = new ArrayList<>(endpoints.keySet());
            total = Tally.sum(past, linkTally.read(0, 0));
        }
        List<Statistics.Endpoint> open = new ArrayList<>(all.size());
        for (Endpoint endpoint : all) {
            Statistics.Endpoint one = endpoint.describe();
            open.add(one);
            total = Tally.sum(total, one.counters());
        }
        return new Statistics(config.bus(), config.provider(), link(), detail(), total, List.copyOf(open));
    }

    @Override
    public void close() {
        List<BusView> all;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            all = new ArrayList<>(views.keySet());
        }
        all.forEach(BusView::close);
        calls.sweep(System.nanoTime());
        lose("the bus was closed");
        dispatcher.close();
        sweeper.close();
    }

    HubConfig config() {
        return config;
    }

    Shapes shapes() {
        return shapes;
    }

    Clock clock() {
        return clock;
    }

    Waits waits() {
        return waits;
    }

    Sweeper sweeper() {
        return sweeper;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Lane ownLane() {
        return ownLane;
    }

    Calls calls() {
        return calls;
    }

    Store store() {
        return store;
    }

    Graph graph() {
        return graph;
    }

    Session session() {
        return session;
    }

    boolean closed() {
        return closed;
    }

    String noLink() {
        return "bus '" + config.bus() + "' has no link now: " + absent;
    }

    String typeName(Class<?> type) {
        return shapes.typeName(type);
    }

    Identity identity(String participant) {
        return new Identity(config.runtime(), participant, numbers.incrementAndGet());
    }

    /** The same, completed on a thread where its dependents may block. */
    <T> CompletionStage<T> away(CompletableFuture<T> future) {
        CompletableFuture<T> out = new CompletableFuture<>();
        future.whenCompleteAsync((result, error) -> {
            if (error == null) {
                out.complete(result);
            } else {
                out.completeExceptionally(
                        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
            }
        }, dispatcher);
        return out;
    }

    /** The value as the class asked for; as it is, if it is asked for as a {@link Value}. */
    <T> T body(Value value, Class<T> type) {
        if (type == Value.class || value.body() == null) {
            return type == Value.class ? type.cast(value) : null;
        }
        return type.isInstance(value.body()) ? type.cast(value.body()) : shapes.as(value.body(), type);
    }

    /** Remembers an endpoint and hangs it on the link there is. */
    void remember(Endpoint endpoint, Runnable withdraw) {
        Session now;
        synchronized (lock) {
            endpoints.put(endpoint, withdraw);
            now = session;
        }
        if (now != null) {
            endpoint.attach(now);
        }
    }

    /** Forgets an endpoint that was closed; its counters stay in the total. */
    void forget(Endpoint endpoint, BusView view) {
        Runnable withdraw;
        Statistics.Endpoint last = endpoint.describe();
        synchronized (lock) {
            withdraw = endpoints.remove(endpoint);
            if (withdraw == null) {
                return;
            }
            past = Tally.sum(past, last.counters());
        }
        withdraw.run();
        view.forget(endpoint);
    }

    void forget(BusView view) {
        synchronized (lock) {
            views.remove(view);
        }
    }
}
