package io.anole.core.internal.hub;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.SwapReport;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.LinkConfig;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.safety.Safety;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bus. It remembers what its participants have opened, and hangs all of it on the link there is now, if any; links
 * come and go by {@link #open} and {@link #lose}. Endpoints do the work by themselves: this object is only asked when
 * something is opened, closed or moved.
 */
public final class Hub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    /** For what is under way on a link whose provider goes. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    private final HubConfig config;
    private final Shapes shapes;
    private final Swapper swapper;
    private final Clock clock;
    private final Waits waits = new Waits();
    private final Sweeper sweeper;
    private final Dispatcher dispatcher;
    private final Lane ownLane;
    private final Calls calls;
    private final Callers callers = new Callers();
    private final Store store;
    private final Graph graph;
    private final Safety safety;
    private final Tally linkTally = new Tally();
    /** Not from 1: what a former life of this runtime has sent must not look like this one's. */
    private final AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 40));
    private final Object lock = new Object();
    /** Open endpoints with what takes their announcement back, and open views. Guarded by lock. */
    private final Map<Endpoint, Runnable> endpoints = new IdentityHashMap<>();
    private final Map<BusView, Boolean> views = new IdentityHashMap<>();
    private Counters past = new Counters(0, 0, 0, 0, 0, Map.of());
    /** One move at a time; not held while anything of a user's runs. */
    private final ReentrantLock moving = new ReentrantLock();
    private final SwapHistory swaps = new SwapHistory(this);
    /** Endpoints that ever became ready, counted. */
    private final AtomicLong readied = new AtomicLong();
    /** State taken along from the last link, while there is none. Guarded by lock, as is the next. */
    private StateCopy carried;
    /** Whether the gates of publishers are closed. */
    private boolean holding;
    /** Guarded by moving. */
    private long sessions;
    private volatile Pause pause;
    private volatile Session session;
    private volatile String absent = "no link was opened yet";
    /** Of the present link, or the last one. */
    private volatile String lastProvider;
    private volatile boolean closed;

    /** A hub that stays where it is opened. */
    public Hub(HubConfig config, Shapes shapes) {
        this(config, shapes, (provider, properties, cause) -> CompletableFuture.failedFuture(
                new Unsupported("bus '" + config.bus() + "' knows no other provider")));
    }

    /** @param swapper finds the provider for {@link io.anole.bus.Bus#swap} and calls {@link #swap} */
    public Hub(HubConfig config, Shapes shapes, Swapper swapper) {
        this.config = config;
        this.shapes = shapes;
        this.swapper = swapper;
        sweeper = new Sweeper("bus-" + config.bus() + "-limits");
        clock = new Clock(sweeper);
        sweeper.add(clock);
        sweeper.add(new LinkLog(config.bus(), this::session, LOG::warn, LOG::info));
        dispatcher = new Dispatcher("bus-" + config.bus(), config.threads(), config.maxThreads(), config.spin(), sweeper);
        ownLane = new Lane(dispatcher);
        calls = new Calls(sweeper);
        store = new Store(this);
        graph = new Graph(this);
        safety = new Safety(config.bus(), config.runtime(), new Guarding(this));
        sweeper.start();
    }

    /**
     * Opens a link and moves everything to it, without care for what is under way on a former one: for the first link, and
     * after {@link #suspend} or {@link #lose}.
     *
     * @throws IllegalArgumentException from the provider, if the configuration can never work
     */
    public void open(BusProvider provider, String kind, Map<String, Object> properties) {
        moving.lock();
        try {
            Session next = openSession(provider, kind, properties);
            Session former = session;
            publishers().forEach(publisher -> tryTo(publisher, () -> publisher.prepare(next)));
            Pause waiting = pause;
            boolean up = waiting == null ? next.isUp() : becomesUp(next);
            CompletableFuture<Void> state = move(next, carried);
            if (up) {
                accepted(state);
            }
            moveWatches(next);
            pause = null;
            callers.release();
            if (waiting != null) {
                waiting.end().forEach(dispatcher::execute);
            }
            if (former != null) {
                former.letGo();
                calls.sweep(System.nanoTime());
            }
        } finally {
            moving.unlock();
        }
    }

    /** What waits for a link is to find it up; but not longer than it would have waited anyway. */
    private boolean becomesUp(Session next) {
        try {
            return next.awaitUp(config.moving().patience());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits, bounded, until a link that is up has taken the state: whoever asks for it then finds it. */
    void accepted(CompletableFuture<Void> state) {
        try {
            state.get(config.moving().drain().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("bus '{}': the new link has not taken all state: {}", config.bus(), e.getCause().getMessage());
        } catch (TimeoutException e) {
            LOG.warn("bus '{}': the new link has not taken all state within {} ms (swap.drain.ms)", config.bus(),
                    config.moving().drain().toMillis());
        }
    }

    private Session openSession(BusProvider provider, String kind, Map<String, Object> properties) {
        Session next = new Session(++sessions, kind, linkTally, sweeper::arm);
        next.open(provider, new LinkConfig(config.bus(), config.runtime(), properties));
        return next;
    }

    /**
     * Moves the bus to a link of another provider, or of the same with other properties, while it goes on: the new link is
     * opened beside the present one, which stays if anything fails. Without a present link this is {@link #open}. Blocks
     * until it is done.
     *
     * @throws IllegalArgumentException from the provider, if the configuration can never work
     */
    public SwapReport swap(BusProvider provider, String kind, Map<String, Object> properties, String cause) {
        moving.lock();
        try {
            BusSwap event = new BusSwap();
            event.begin();
            Session former = session;
            SwapReport report;
            if (former == null) {
                Instant begin = Instant.now();
                long since = System.nanoTime();
                open(provider, kind, properties);
                report = new SwapReport(config.bus(), "", kind, cause, SwapReport.Outcome.DONE, "there was no link before", begin,
                        List.of(), Duration.ofNanos(System.nanoTime() - since), 0, 0, 0, 0, 0);
            } else {
                report = new Swap(this, former, openSession(provider, kind, properties)).run(cause);
            }
            event.over(report);
            swaps.add(report);
            return report;
        } finally {
            moving.unlock();
        }
    }

    CompletableFuture<SwapReport> swap(String provider, Map<String, Object> properties, String cause) {
        return swapper.swap(provider, properties, cause);
    }

    /** The latest swaps, eldest first. */
    public List<SwapReport> swaps() {
        return swaps.latest();
    }

    /** Closes the gate of every publisher, also of those that come now: they get their first outlet when it opens. */
    void hold() {
        synchronized (lock) {
            holding = true;
        }
        publishers().forEach(publisher -> publisher.transit().hold());
    }

    /** Takes back what was made ready on a session, and opens the gates again. */
    void abandon(Session next) {
        synchronized (lock) {
            holding = false;
        }
        endpoints().forEach(endpoint -> endpoint.abandon(next));
        Session present = session;
        publishers().forEach(publisher -> tryTo(publisher, () -> publisher.attach(present)));
        callers.release();
    }

    /**
     * Makes the session the one, and hangs everything on it. What the new link keeps for late comers is there before them, and
     * messages flow when all else is in place.
     *
     * @param state what is taken along, or null
     * @return done when the link has accepted the state, so that watches can be moved to it by {@link #moveWatches}
     */
    CompletableFuture<Void> move(Session next, StateCopy state) {
        publishers().forEach(publisher -> tryTo(publisher, () -> publisher.leaveKept(next)));
        CompletableFuture<Void> accepted = store.move(next, state, () -> {
            synchronized (lock) {
                session = next;
                lastProvider = next.provider();
                carried = null;
            }
        });
        List<Endpoint> all = endpoints();
        // Watches follow later.
        all.stream().filter(endpoint -> endpoint instanceof Attached && !(endpoint instanceof Watch<?>))
                .forEach(endpoint -> tryTo(endpoint, () -> endpoint.take(next)));
        callers.all().forEach(caller -> tryTo(caller, () -> caller.take(next)));
        synchronized (lock) {
            holding = false;
        }
        publishers().forEach(publisher -> tryTo(publisher, () -> publisher.attach(next)));
        return accepted;
    }

    void moveWatches(Session next) {
        endpoints(Watch.class).forEach(watch -> tryTo(watch, () -> watch.take(next)));
    }

    /** One that the new link refuses must not keep the others from it. */
    private void tryTo(Endpoint endpoint, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("bus '{}': {} can't move to the new link: {}", config.bus(), endpoint.describe().name(), e.getMessage());
        }
    }

    /**
     * Lets the link go because its provider does, which still works while this runs, and waits for another: RELIABLE
     * messages, calls and questions wait with it, within the limit, and then fail as after {@link #lose}.
     */
    public void suspend(String reason) {
        moving.lock();
        try {
            Session former = session;
            if (former == null) {
                return;
            }
            publishers().stream().filter(HubPublisher::reliable).forEach(publisher -> publisher.transit().hold());
            StateCopy state = leave(former);
            Pause waiting = new Pause(this);
            callers.hold();
            List<Endpoint> all;
            synchronized (lock) {
                carried = state;
                pause = waiting;
                absent = reason;
                session = null;
                all = new ArrayList<>(endpoints.keySet());
            }
            // The link first: who publishes late must find it closed, not without subscriptions.
            former.letGo();
            all.forEach(endpoint -> endpoint.detach(former));
            calls.sweep(System.nanoTime());
            waiting.limit(config.moving().patience());
        } finally {
            moving.unlock();
        }
    }

    /** Waits a moment for what is under way on a link that ends, and takes its state along. */
    private StateCopy leave(Session former) {
        StateCopy state = new StateCopy(store, config.runtime());
        store.follow(state);
        try {
            state.read(former).get(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
            Drain drain = new Drain(this, former);
            if (!drain.await(LAST_LOOK)) {
                LOG.warn("bus '{}': the link ends with {} messages on their way", config.bus(), drain.missing());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("bus '{}': its state could not be read before the link ends", config.bus());
        }
        state.close();
        return state;
    }

    /** Gives up waiting for a provider, if it still does. */
    void giveUp(Pause waiting) {
        moving.lock();
        try {
            if (pause != waiting) {
                return;
            }
            pause = null;
            LinkLost why = new LinkLost(noLink());
            publishers().forEach(publisher -> publisher.transit().giveUp(why));
            callers.release();
            waiting.end().forEach(dispatcher::execute);
            calls.sweep(System.nanoTime());
        } finally {
            moving.unlock();
        }
    }

    /** Lets the link go; what is registered waits for the next one, and everything else fails. */
    public void lose(String reason) {
        moving.lock();
        try {
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
                former.letGo();
                calls.sweep(System.nanoTime());
            }
            Pause waiting = pause;
            if (waiting != null) {
                giveUp(waiting);
            }
        } finally {
            moving.unlock();
        }
    }

    List<Endpoint> endpoints() {
        synchronized (lock) {
            return new ArrayList<>(endpoints.keySet());
        }
    }

    /** Those of one kind. */
    <E extends Endpoint> List<E> endpoints(Class<E> kind) {
        return endpoints().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<HubPublisher<?>> publishers() {
        List<HubPublisher<?>> all = new ArrayList<>();
        endpoints(HubPublisher.class).forEach(all::add);
        return all;
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

    /** The kind of provider it is on, or was on last, or is to be on first. */
    public String provider() {
        String last = lastProvider;
        return last == null ? config.provider() : last;
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
        return new Statistics(config.bus(), provider(), link(), detail(), total, List.copyOf(open));
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
        safety.close();
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

    Callers callers() {
        return callers;
    }

    Store store() {
        return store;
    }

    Graph graph() {
        return graph;
    }

    /** Its safety gate. */
    public Safety safety() {
        return safety;
    }

    Session session() {
        return session;
    }

    /** What waits for a link, while one is expected. */
    Pause pause() {
        return pause;
    }

    /** Counts an endpoint that became ready. */
    long readied() {
        return readied.incrementAndGet();
    }

    long readiedSoFar() {
        return readied.get();
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

    /**
     * Remembers an endpoint, as its view does, and hangs it on the link there is; a publisher that has to wait, whoever lets the
     * others go on.
     *
     * @return false if the view is closed: then nothing is done
     */
    boolean remember(Endpoint endpoint, BusView view, Runnable withdraw) {
        Session now;
        synchronized (lock) {
            // Both at once: whoever closes the view either keeps it out, or finds it and then forgets it here.
            if (!view.add(endpoint)) {
                return false;
            }
            endpoints.put(endpoint, withdraw);
            now = session;
            boolean expected = now == null && pause != null;
            if (endpoint instanceof HubPublisher<?> publisher && (holding || expected && publisher.reliable())) {
                // Here, or nobody might open its gate again.
                publisher.transit().hold(now == null || now.byReference());
                now = null;
            }
            if (endpoint instanceof HubCaller<?, ?> caller) {
                callers.add(caller);
            }
        }
        if (safety.any()) {
            endpoint.guard(safety);
        }
        if (now != null) {
            endpoint.attach(now);
        }
        return true;
    }

    /** Forgets an endpoint that was closed, if it was remembered; its counters stay in the total. */
    void forget(Endpoint endpoint, BusView view) {
        Runnable withdraw;
        Statistics.Endpoint last = endpoint.describe();
        synchronized (lock) {
            withdraw = endpoints.remove(endpoint);
            if (withdraw == null) {
                return;
            }
            past = Tally.sum(past, last.counters());
            if (endpoint instanceof HubCaller<?, ?> caller) {
                callers.remove(caller);
            }
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
