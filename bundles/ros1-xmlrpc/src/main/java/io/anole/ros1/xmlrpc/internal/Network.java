package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All sockets of XML-RPC in this runtime. Netty's one event loop moves bytes and keeps time, and nothing else is done on it:
 * documents are read and handlers asked on each server's workers, answers to clients are read on {@link #readers}, host names
 * are looked up on {@link #names}, where a slow name server holds up nobody but other names.
 */
public final class Network implements XmlRpc.Standalone {
    private static final int READERS = 2;
    private static final int RESOLVERS = 4;
    private static final int MAX_QUEUED = 10_000;

    private final Limits limits;
    private final Memory memory;
    private final Reader reader;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService readers;
    private final ExecutorService names;
    /** By name. Entered under its lock, while a socket is bound on the event loop; left without, as by that loop too. */
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final Set<Caller> callers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Network(Limits limits) {
        this.limits = limits;
        this.memory = new Memory(limits.maxBuffered());
        this.reader = new Reader(limits);
        this.group = new MultiThreadIoEventLoopGroup(1, (ThreadFactory) task -> thread(task, "anole-xmlrpc"),
                NioIoHandler.newFactory());
        this.loop = group.next();
        this.readers = pool("anole-xmlrpc-answers", READERS, MAX_QUEUED);
        this.names = pool("anole-xmlrpc-names", RESOLVERS, MAX_QUEUED);
    }

    /** Threads that end when there is nothing to do. */
    static ThreadPoolExecutor pool(String name, int threads, int queued) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queued), task -> thread(task, name + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public XmlRpcServer serve(ServerOptions options, XmlRpcHandler handler) throws IOException {
        synchronized (listeners) {
            if (closed) {
                throw new IOException("XML-RPC is closed");
            }
            Listener listener = listeners.get(options.name());
            if (listener != null && !listener.over() && !listener.fits(options) && listener.abandoned()) {
                listener.shut(); // it was kept for a successor, who goes elsewhere
            }
            if (listener == null || listener.over()) {
                listener = Listener.open(options, this);
                listeners.put(options.name(), listener);
            }
            return listener.join(options, handler);
        }
    }

    @Override
    public XmlRpcClient client(String uri, ClientOptions options) {
        Caller caller = new Caller(Uri.parse(uri), options, this);
        callers.add(caller);
        if (closed) {
            caller.close();
        }
        return caller;
    }

    /** A listener has closed its socket. */
    void gone(String name, Listener listener) {
        listeners.remove(name, listener);
    }

    void gone(Caller caller) {
        callers.remove(caller);
    }

    Limits limits() {
        return limits;
    }

    Memory memory() {
        return memory;
    }

    Reader reader() {
        return reader;
    }

    EventLoop loop() {
        return loop;
    }

    ExecutorService readers() {
        return readers;
    }

    ExecutorService names() {
        return names;
    }

    @Override
    public void close() {
        List<Listener> open;
        synchronized (listeners) {
            closed = true;
            open = List.copyOf(listeners.values());
        }
        open.forEach(Listener::shut);
        List.copyOf(callers).forEach(Caller::close);
        Future<?> over = group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS);
        if (!loop.inEventLoop()) {
            over.awaitUninterruptibly(2_000);
        }
        readers.shutdown();
        names.shutdownNow();
    }
}
