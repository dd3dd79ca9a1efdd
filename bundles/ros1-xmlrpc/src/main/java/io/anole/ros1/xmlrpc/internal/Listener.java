package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.MalformedException;
import io.anole.ros1.xmlrpc.ServerCounters;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket and those who answer on it, the newest of whom is asked. Connections hand requests in on the event loop;
 * they are read and answered on {@link #workers}. Each connection has one request at most, which bounds everything here.
 */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final String MULTICALL = "system.multicall";
    private static final long CLOSE_SECONDS = 5;
    private static final int MAX_CONNECTIONS = 65_535;
    private static final int APPLICATION_ERROR = 1;
    private static final int PARSE_ERROR = -32700;

    /** Of who serves now; the address stays. */
    private volatile ServerOptions options;
    private final Network network;
    private final ThreadPoolExecutor workers;
    private final ChannelGroup connections;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private final LongAdder faults = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    private Channel socket;
    /** Who answers, the newest last; guarded by this, like all below. */
    private final List<Holder> holders = new ArrayList<>();
    /** What came while nobody was there to answer. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private Future<?> lingering;
    private boolean over;

    private record Waiting(Connection connection, MethodCall call) {
    }

    private Listener(ServerOptions options, Network network) {
        this.options = options;
        this.network = network;
        this.workers = Network.pool("anole-xmlrpc-" + options.name(), options.workers(), MAX_CONNECTIONS);
        this.connections = new DefaultChannelGroup(network.loop());
    }

    /** Listens when it returns. */
    static Listener open(ServerOptions options, Network network) throws IOException {
        Listener listener = new Listener(options, network);
        ChannelFuture bound = new ServerBootstrap().group(network.loop()).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 128)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        listener.accepted(channel);
                    }
                }).bind(options.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            listener.workers.shutdown();
            throw new IOException("can't listen on " + options.address().getHostString() + ":" + options.address().getPort()
                    + ": " + bound.cause().getMessage(), bound.cause());
        }
        listener.socket = bound.channel();
        return listener;
    }

    private void accepted(Channel channel) {
        if (open.incrementAndGet() > options.maxConnections()) {
            open.decrementAndGet();
            refused.increment();
            channel.close();
            return;
        }
        connections.add(channel);
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        new Connection(channel, this, network).begin();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    synchronized boolean over() {
        return over;
    }

    /** Whether it listens where a server is wanted. */
    boolean fits(ServerOptions wanted) {
        return wanted.address().getAddress().equals(options.address().getAddress())
                && (wanted.address().getPort() == 0 || wanted.address().getPort() == address().getPort());
    }

    synchronized boolean abandoned() {
        return holders.isEmpty();
    }

    /** Becomes the one who is asked. */
    synchronized XmlRpcServer join(ServerOptions wanted, XmlRpcHandler handler) {
        if (!fits(wanted)) {
            throw new IllegalArgumentException("'" + wanted.name() + "' listens on " + address().getHostString() + ":"
                    + address().getPort() + " already");
        }
        options = wanted;
        workers.setCorePoolSize(Math.min(workers.getCorePoolSize(), wanted.workers()));
        workers.setMaximumPoolSize(wanted.workers());
        workers.setCorePoolSize(wanted.workers());
        Holder holder = new Holder(handler);
        holders.add(holder);
        if (lingering != null) {
            lingering.cancel(false);
            lingering = null;
        }
        while (!waiting.isEmpty()) {
            Waiting next = waiting.poll();
            workers.execute(() -> answer(next.connection(), next.call()));
        }
        return holder;
    }

    /** On the event loop: a whole request is there. Its connection brings no other until it is answered. */
    void request(Connection from, Body body) {
        try {
            workers.execute(() -> read(from, body));
        } catch (RejectedExecutionException e) {
            body.close(); // closed meanwhile
        }
    }

    private void read(Connection from, Body body) {
        MethodCall call;
        try (body) {
            call = network.reader().call(body.bytes());
        } catch (MalformedException e) {
            malformed.increment();
            from.respond(Writer.fault(new FaultException(PARSE_ERROR, e.getMessage()), network.limits()), false);
            return;
        }
        answer(from, call);
    }

    private void answer(Connection from, MethodCall call) {
        Holder asked;
        synchronized (this) {
            if (over) {
                return;
            }
            if (holders.isEmpty()) {
                waiting.add(new Waiting(from, call));
                return;
            }
            asked = holders.get(holders.size() - 1);
            asked.running.add(Thread.currentThread());
        }
        byte[] answer;
        try {
            answer = answer(asked.handler, call);
        } finally {
            synchronized (this) {
                asked.running.remove(Thread.currentThread());
                notifyAll();
            }
        }
        from.respond(answer, true);
    }

    private byte[] answer(XmlRpcHandler handler, MethodCall call) {
        try {
            return Writer.response(call.method().equals(MULTICALL) ? multicall(handler, call.params())
                    : ask(handler, call.method(), call.params()), network.limits());
        } catch (FaultException e) {
            return Writer.fault(e, network.limits());
        } catch (IllegalArgumentException e) {
            LOG.error("{}: the answer to '{}' can't be sent: {}", options.name(), call.method(), e.getMessage());
            faults.increment();
            return Writer.fault(new FaultException(APPLICATION_ERROR, e.getMessage()), network.limits());
        }
    }

    private Object ask(XmlRpcHandler handler, String method, List<Object> params) throws FaultException {
        calls.increment();
        try {
            return handler.call(method, params);
        } catch (FaultException e) {
            faults.increment();
            throw e;
        } catch (Exception e) {
            faults.increment();
            LOG.error("{}: '{}' failed", options.name(), method, e);
            throw new FaultException(APPLICATION_ERROR, e.toString());
        }
    }

    /** Each result is a list of one, each fault a struct. */
    private List<Object> multicall(XmlRpcHandler handler, List<Object> params) throws FaultException {
        if (params.size() != 1 || !(params.get(0) instanceof List<?> batch)) {
            throw new FaultException(APPLICATION_ERROR, MULTICALL + " takes one list of calls");
        }
        List<Object> results = new ArrayList<>();
        for (Object entry : batch) {
            try {
                results.add(List.of(one(handler, entry)));
            } catch (FaultException e) {
                results.add(Writer.fault(e));
            }
        }
        return results;
    }

    private Object one(XmlRpcHandler handler, Object entry) throws FaultException {
        if (!(entry instanceof Map<?, ?> call && call.get("methodName") instanceof String method
                && call.get("params") instanceof List<?> params)) {
            throw new FaultException(APPLICATION_ERROR, "a call is a struct of methodName and params");
        }
        if (method.equals(MULTICALL)) {
            throw new FaultException(APPLICATION_ERROR, MULTICALL + " within " + MULTICALL);
        }
        return ask(handler, method, new ArrayList<>(params));
    }

    /** Closes the socket and all connections. */
    void shut() {
        synchronized (this) {
            over = true;
            holders.clear();
            waiting.clear();
            notifyAll();
        }
        socket.close();
        connections.close();
        workers.shutdown();
        network.gone(options.name(), this);
    }

    private void expire() {
        synchronized (this) {
            if (!holders.isEmpty()) {
                return;
            }
        }
        shut();
    }

    /** Somebody who answers. */
    private final class Holder implements XmlRpcServer {
        private final XmlRpcHandler handler;
        /** The threads it is being asked on; guarded by the listener. */
        private final List<Thread> running = new ArrayList<>();

        Holder(XmlRpcHandler handler) {
            this.handler = handler;
        }

        @Override
        public InetSocketAddress address() {
            return Listener.this.address();
        }

        @Override
        public boolean current() {
            synchronized (Listener.this) {
                return !holders.isEmpty() && holders.get(holders.size() - 1) == this;
            }
        }

        @Override
        public ServerCounters counters() {
            return new ServerCounters(calls.sum(), faults.sum(), open.get(), refused.sum(), malformed.sum(), timedOut.sum());
        }

        @Override
        public void close() {
            boolean last = false;
            synchronized (Listener.this) {
                if (holders.remove(this) && holders.isEmpty()) {
                    last = options.linger().isZero();
                    if (!last) {
                        lingering = network.loop().schedule(Listener.this::expire, options.linger().toMillis(),
                                TimeUnit.MILLISECONDS);
                    }
                }
                awaitRunning();
            }
            if (last) {
                shut();
            }
        }

        private void awaitRunning() {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
            int own = running.contains(Thread.currentThread()) ? 1 : 0;
            while (running.size() > own) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    LOG.warn("{}: a call is still being answered after {} s; left to itself", options.name(), CLOSE_SECONDS);
                    return;
                }
                try {
                    Listener.this.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
