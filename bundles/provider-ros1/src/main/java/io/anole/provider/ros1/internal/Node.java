package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.SenderClocks;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.nio.channels.spi.SelectorProvider;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a ROS graph: the parts it is made of, and the threads they share. The event loop, one thread, owns
 * everything in them; a worker does what waits for disks and name servers. Callers from elsewhere only leave tasks for the
 * loop.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long GOODBYE_MS = 2000;
    private static final long CLOSE_MS = 4500;

    private final Settings settings;
    private final XmlRpc xmlRpc;
    private final Bodies bodies;
    private final SenderClocks senders = new SenderClocks();
    private final GraphTime time;
    private final LinkListener listener;
    private final MultiThreadIoEventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final Lookout lookout = new Lookout(this::pressing);
    private final ThreadPoolExecutor worker;
    private final Master master;
    private final Sockets sockets;
    private final Membership membership;
    private final Endpoints endpoints = new Endpoints(this);
    private final State state = new State(this);
    private final Survey survey = new Survey(this);
    private final Patterns patterns = new Patterns(this);
    private final Lookups lookups = new Lookups(this);
    private final Calls calls = new Calls(this);
    private final SimulatedTime simulated = new SimulatedTime(this);
    private final Rosout rosout;
    private final Complaints complaints;
    private int numbers;
    private volatile boolean closed;

    Node(Settings settings, XmlRpc xmlRpc, Bodies bodies, GraphTime time, Logs logs, LinkListener listener) {
        this.settings = settings;
        this.xmlRpc = xmlRpc;
        this.bodies = bodies;
        this.time = time;
        this.listener = listener;
        this.master = new Master(xmlRpc, settings.master(), settings.node(), settings.timeout());
        this.complaints = new Complaints(settings.bus());
        ThreadFactory looping = task -> thread(task, "");
        this.group = new MultiThreadIoEventLoopGroup(1, looping,
                NioIoHandler.newFactory(SelectorProvider.provider(), () -> lookout));
        this.loop = (SingleThreadEventLoop) group.next();
        this.worker = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(10_000),
                task -> thread(task, "-worker"));
        worker.allowCoreThreadTimeOut(true);
        this.sockets = new Sockets(this, group);
        this.membership = new Membership(this, xmlRpc, listener);
        this.rosout = new Rosout(this, logs);
    }

    private Thread thread(Runnable task, String suffix) {
        Thread thread = new Thread(task, "anole-ros1-" + settings.bus() + suffix);
        thread.setDaemon(true);
        return thread;
    }

    // Its parts

    Settings settings() {
        return settings;
    }

    /** Any thread. */
    SenderClocks senders() {
        return senders;
    }

    Bodies bodies() {
        return bodies;
    }

    Master master() {
        return master;
    }

    /** Another node's slave API. */
    Master peer(String peerUri) {
        return new Master(xmlRpc, peerUri, settings.node(), settings.timeout());
    }

    Sockets sockets() {
        return sockets;
    }

    Membership membership() {
        return membership;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Survey survey() {
        return survey;
    }

    Patterns patterns() {
        return patterns;
    }

    State state() {
        return state;
    }

    Lookups lookups() {
        return lookups;
    }

    /** Any thread. */
    GraphTime time() {
        return time;
    }

    SimulatedTime simulated() {
        return simulated;
    }

    Calls calls() {
        return calls;
    }

    /** On the event loop. */
    Lookout lookout() {
        return lookout;
    }

    boolean closed() {
        return closed;
    }

    /** Of the next connection. */
    int number() {
        return ++numbers;
    }

    /** Of the slave API; empty until there is one. */
    String uri() {
        return membership.uri();
    }

    /** Where this node serves services. */
    String serviceUri() {
        return "rosrpc://" + sockets.host() + ":" + sockets.port();
    }

    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    static Throwable cause(Throwable error) {
        return (error instanceof CompletionException || error instanceof ExecutionException) && error.getCause() != null
                ? error.getCause() : error;
    }

    // Tasks

    /** Runs it on the event loop, now if this is it. */
    void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("bus '{}': a late event of a closed link", settings.bus());
        }
    }

    /** Whether the event loop has something to do. */
    private boolean pressing() {
        return loop.pendingTasks() > 0;
    }

    ScheduledFuture<?> later(Runnable task, long millis) {
        return loop.schedule(() -> {
            if (!closed) {
                task.run();
            }
        }, millis, TimeUnit.MILLISECONDS);
    }

    /** Runs it on the worker. */
    <T> CompletableFuture<T> work(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            worker.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new BusException.Rejected("too much is to be looked up at once"));
        }
        return result;
    }

    // What is told

    void dropped(Drop reason, long count) {
        listener.dropped(reason, count);
    }

    /** Says what went wrong, see {@link Complaints}. Any thread. */
    void log(String what, String why) {
        run(() -> {
            if (!closed) {
                complaints.say(what, why);
            }
        });
    }

    // Beginning and end

    void start() {
        rosout.open();
        run(simulated::open);
        run(membership::join);
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        rosout.close();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        run(() -> {
            calls.close(new BusException.Closed("the link is closed"));
            membership.leave().orTimeout(GOODBYE_MS, TimeUnit.MILLISECONDS).whenComplete((done, error) -> gone.complete(null));
            sockets.close();
        });
        try {
            gone.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("bus '{}': the node did not leave its graph in time", settings.bus());
        }
        membership.close();
        master.close();
        worker.shutdownNow();
        Future<?> end = group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS);
        if (!loop.inEventLoop()) {
            end.awaitUninterruptibly(2_000);
        }
    }
}
