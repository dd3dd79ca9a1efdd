package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.provider.ros1.internal.Publication.Kind;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.ServiceType;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a ROS graph. Threads: the event loop, one thread, owns everything here and in the classes it is made of; a
 * worker does what waits for disks and name servers. Callers from elsewhere only leave tasks for the loop.
 *
 * <p>The master is asked every heartbeat whether it still knows this node. While it does not answer, connections to other
 * nodes go on; when it has forgotten, everything is registered again.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(128 << 10, 512 << 10);
    private static final int MOST_CONNECTIONS = 2048;
    private static final long GOODBYE_MS = 2000;
    private static final long CLOSE_MS = 4500;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 400;

    private final Settings settings;
    private final XmlRpc xmlRpc;
    private final Bodies bodies;
    private final LinkListener listener;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final ThreadPoolExecutor worker;
    private final Master master;
    private final Calls calls = new Calls(this);
    private final Slave slave = new Slave(this);

    // Owned by the event loop.
    private final Set<Line> visitors = new HashSet<>();
    private final List<CompletableFuture<Void>> flushing = new ArrayList<>();
    private final Set<Publication> ending = new LinkedHashSet<>();
    private final Set<String> said = new HashSet<>();
    private long quietUntil = System.nanoTime();
    private long unsaid;
    private Channel door;
    private boolean up;
    private boolean restoring;
    private boolean over;
    private String told;
    private int numbers;

    /** Entered and left on any thread. */
    private final Map<String, Publication> publications = new ConcurrentHashMap<>();
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, Served> services = new ConcurrentHashMap<>();

    private volatile XmlRpcServer server;
    private volatile String host;
    private volatile int port;
    private volatile String uri = "";
    private volatile boolean closed;

    Node(Settings settings, XmlRpc xmlRpc, Bodies bodies, LinkListener listener) {
        this.settings = settings;
        this.xmlRpc = xmlRpc;
        this.bodies = bodies;
        this.listener = listener;
        this.master = new Master(xmlRpc, settings.master(), settings.node(), settings.timeout());
        ThreadFactory looping = task -> thread(task, "");
        this.group = new MultiThreadIoEventLoopGroup(1, looping, NioIoHandler.newFactory());
        this.loop = group.next();
        this.worker = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(10_000),
                task -> thread(task, "-worker"));
        worker.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable task, String suffix) {
        Thread thread = new Thread(task, "anole-ros1-" + settings.bus() + suffix);
        thread.setDaemon(true);
        return thread;
    }

    Settings settings() {
        return settings;
    }

    Bodies bodies() {
        return bodies;
    }

    Master master() {
        return master;
    }

    Calls calls() {
        return calls;
    }

    boolean closed() {
        return closed;
    }

    /** Of the next connection. */
    int number() {
        return ++numbers;
    }

    /** Of the slave API. */
    String uri() {
        return uri;
    }

    /** Where this node serves services. */
    String serviceUri() {
        return "rosrpc://" + host + ":" + port;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Another node's slave API. */
    Master peer(String peerUri) {
        return new Master(xmlRpc, peerUri, settings.node(), settings.timeout());
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

    ScheduledFuture<?> later(Runnable task, long millis) {
        return loop.schedule(() -> {
            if (!closed) {
                task.run();
            }
        }, millis, TimeUnit.MILLISECONDS);
    }

    /** The next wait of one that has tried so often. */
    long backoff(int attempt) {
        long delay = Math.min(settings.reconnectMax(), (long) settings.reconnectMin() << Math.min(attempt, 20));
        return delay - (long) (delay * 0.2 * Math.random());
    }

    private <T> CompletableFuture<T> work(Callable<T> task) {
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

    // Coming up

    void start() {
        run(this::listen);
    }

    private void listen() {
        if (closed) {
            return;
        }
        work(this::address).whenComplete((found, error) -> run(() -> {
            if (closed) {
                return;
            }
            if (error != null) {
                notUp(cause(error).getMessage(), this::listen);
                return;
            }
            ChannelFuture bound = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            visit(channel);
                        }
                    }).bind(found, settings.dataPort());
            bound.addListener(done -> {
                if (!done.isSuccess()) {
                    notUp("can't listen on " + found.getHostAddress() + ":" + settings.dataPort() + ": "
                            + done.cause().getMessage(), this::listen);
                    return;
                }
                door = bound.channel();
                port = ((InetSocketAddress) door.localAddress()).getPort();
                serve(found);
            });
        }));
    }

    private void serve(InetAddress at) {
        if (closed) {
            return;
        }
        try {
            server = xmlRpc.serve(ServerOptions.of("ros1 " + settings.master() + " " + settings.node(),
                    new InetSocketAddress(at, settings.slavePort())), slave);
        } catch (IOException | IllegalArgumentException e) {
            notUp(e.getMessage(), () -> serve(at));
            return;
        }
        uri = "http://" + host + ":" + server.address().getPort() + "/";
        heartbeat();
    }

    private void notUp(String reason, Runnable again) {
        down(reason);
        later(again, settings.heartbeat());
    }

    /** On the worker: what to tell others, and what to listen on. */
    private InetAddress address() throws IOException {
        String name = settings.host();
        if (name == null) {
            name = wayTo(URI.create(settings.master()).getHost());
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(settings.bind() == null ? name : settings.bind());
        } catch (UnknownHostException e) {
            throw new IOException("'" + (settings.bind() == null ? name : settings.bind())
                    + "' (host, bind, ROS_HOSTNAME or ROS_IP) is no address of this machine that can be found", e);
        }
        host = name;
        return address;
    }

    /** This machine's address as the master sees it. */
    private String wayTo(String masterHost) throws IOException {
        InetAddress far;
        try {
            far = InetAddress.getByName(masterHost);
        } catch (UnknownHostException e) {
            throw new IOException("the master's host '" + masterHost + "' has no address: check master or ROS_MASTER_URI", e);
        }
        if (far.isLoopbackAddress()) {
            return "127.0.0.1";
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(far, 11311);
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException e) {
            throw new IOException("there is no way to the master's host '" + masterHost + "': " + e.getMessage(), e);
        }
    }

    private void visit(Channel channel) {
        if (visitors.size() >= MOST_CONNECTIONS) {
            channel.close();
            log("refused a connection", "there are " + MOST_CONNECTIONS + " already");
            return;
        }
        Door line = new Door(this);
        visitors.add(line);
        keepAlive(channel);
        channel.pipeline().addLast("line", line);
    }

    /** A dead peer is noticed within a minute, also where nothing is sent. */
    private static void keepAlive(Channel channel) {
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 20);
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10);
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
    }

    void entered(Line before, Line now) {
        visitors.remove(before);
        visitors.add(now);
    }

    void left(Line line) {
        visitors.remove(line);
    }

    /** Connects; done on the event loop. */
    CompletableFuture<Void> dial(InetSocketAddress unresolved, Line line) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        work(() -> new InetSocketAddress(unresolved.getHostString(), unresolved.getPort())).whenComplete((at, error) -> run(() -> {
            if (closed || error != null || at.isUnresolved()) {
                result.completeExceptionally(new ConnectException("the host '" + unresolved.getHostString()
                        + "' has no address on this machine: add it to /etc/hosts, or set ROS_IP where its node runs"));
                return;
            }
            new Bootstrap().group(group).channel(NioSocketChannel.class)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.timeout())
                    .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            keepAlive(channel);
                            channel.pipeline().addLast("line", line);
                        }
                    }).connect(at).addListener(done -> {
                        if (done.isSuccess()) {
                            result.complete(null);
                        } else {
                            result.completeExceptionally(new ConnectException(String.valueOf(done.cause().getMessage())));
                        }
                    });
        }));
        return result;
    }

    // The master

    private void heartbeat() {
        if (closed) {
            return;
        }
        master.call("lookupNode", settings.node()).whenComplete((known, error) -> run(() -> {
            if (closed || over) {
                return;
            }
            Throwable cause = error == null ? null : cause(error);
            if (cause != null && !(cause instanceof Master.Refused)) {
                unreachable(cause);
            } else if (cause != null && (anyRegistered() || !up)) {
                registerAll();
            } else if (cause == null && !uri.equals(known) && server.current() && up && anyRegistered()) {
                superseded("another node has taken the name " + settings.node() + " (" + known + ")");
                return;
            } else if (!up) {
                registerAll();
            }
            later(this::heartbeat, settings.heartbeat());
        }));
    }

    private boolean anyRegistered() {
        return publications.values().stream().anyMatch(one -> one.kind() != null) || !subscriptions.isEmpty()
                || !services.isEmpty();
    }

    private void registerAll() {
        publications.values().forEach(Publication::register);
        subscriptions.values().forEach(Subscription::register);
        services.values().forEach(Served::open);
        restoring = true;
        registeredOne();
    }

    /** Tells that the link is up when all is registered again. */
    void registeredOne() {
        if (!restoring || up && told == null) {
            return;
        }
        boolean all = publications.values().stream().allMatch(Publication::registered)
                && subscriptions.values().stream().allMatch(Subscription::registered)
                && services.values().stream().allMatch(Served::registered);
        if (all) {
            restoring = false;
            up = true;
            told = null;
            listener.up(settings.master() + " as " + settings.node());
        }
    }

    /** A call of the master has failed. */
    void unreachable(Throwable error) {
        Throwable cause = cause(error);
        up = false;
        restoring = false;
        String why = cause instanceof Master.Refused ? "the master at " + settings.master() + " refuses: " + cause.getMessage()
                : "the master at " + settings.master() + " does not answer: " + cause.getMessage();
        down(why);
    }

    private void down(String reason) {
        up = false;
        if (!reason.equals(told)) {
            told = reason;
            listener.down(reason);
        }
    }

    /** Somebody wants this node to end: it leaves the graph, and does not come back by itself. */
    void superseded(String reason) {
        run(() -> {
            if (closed || over) {
                return;
            }
            over = true;
            LOG.warn("bus '{}': {}; the node has left the graph and does not come back until the bus is configured anew",
                    settings.bus(), reason);
            leave();
            calls.close(new BusException.LinkLost(reason));
            down(reason);
        });
    }

    // What it takes part in

    Outlet advertise(Name name, String type, Qos qos) {
        String topic = Names.ros(name);
        Publication publication = publications.compute(topic, (key, found) -> {
            Publication one = found == null ? new Publication(this, name, topic) : found;
            one.outlets++;
            return one;
        });
        return publication.open(type, qos);
    }

    /** Any thread; the last outlet of a topic ends its publication when all is away. */
    void release(Publication publication) {
        publications.computeIfPresent(publication.topic(), (key, found) -> {
            if (found != publication) {
                return found;
            }
            return --found.outlets == 0 ? null : found;
        });
        if (publications.get(publication.topic()) != publication) {
            run(() -> {
                ending.add(publication);
                drained();
            });
        }
    }

    Registration subscribe(Name name, Qos qos, MessageHandler handler) {
        String topic = Names.ros(name);
        Subscription subscription = subscriptions.compute(topic, (key, found) -> {
            Subscription one = found == null ? new Subscription(this, name, topic) : found;
            one.hearers++;
            return one;
        });
        return subscription.add(handler, qos);
    }

    /** Any thread; the last handler of a topic ends its subscription. */
    void release(Subscription subscription) {
        subscriptions.computeIfPresent(subscription.topic(), (key, found) -> {
            if (found != subscription) {
                return found;
            }
            return --found.hearers == 0 ? null : found;
        });
        if (subscriptions.get(subscription.topic()) != subscription) {
            run(subscription::end);
        }
    }

    Registration serve(Name name, String request, RequestHandler handler) {
        String service = Names.ros(name);
        Served served = new Served(this, name, service, request, handler);
        if (services.putIfAbsent(service, served) != null) {
            return Handle.failed(new BusException.Conflict("service '" + name + "' is served by this node already"));
        }
        run(() -> {
            if (!uri.isEmpty()) {
                served.open();
            }
        });
        return new Handle(served.ready(), () -> {
            remove(served);
            run(served::close);
        });
    }

    void remove(Served one) {
        services.remove(one.service(), one);
    }

    Publication publication(String topic) {
        return publications.get(topic);
    }

    Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    Served served(String service) {
        return services.get(service);
    }

    Collection<Publication> publications() {
        return publications.values();
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /** Takes a registration back, unless a successor has this node's address and needs it. */
    void unregister(String method, String name, String where) {
        if (server != null && server.current() && !over) {
            master.call(method, name, where).exceptionally(error -> {
                LOG.debug("bus '{}': {} of '{}': {}", settings.bus(), method, name, error.toString());
                return null;
            });
        }
    }

    // What is asked of others

    /** What a topic carries: what is configured, else the given type if it is one of ROS, else what the master says. */
    CompletableFuture<Kind> kindOf(String topic, String type) {
        String configured = settings.types().get(topic);
        return work(() -> {
            if (configured != null) {
                return Optional.of(bodies.types().message(configured));
            }
            return bodies.types().knows(type) ? Optional.of(bodies.types().message(type)) : Optional.<MessageType>empty();
        }).thenCompose(known -> known.isPresent() ? CompletableFuture.completedFuture(new Kind(known.get(), false))
                : master.call("getTopicTypes").handle((all, error) -> typeIn(all, topic)).thenCompose(name -> work(() ->
                        new Kind(bodies.types().message(name), name.equals(Bodies.TEXT)))));
    }

    private static String typeIn(Object all, String topic) {
        if (all instanceof List<?> list) {
            for (Object pair : list) {
                if (pair instanceof List<?> two && two.size() == 2 && topic.equals(two.get(0)) && !"*".equals(two.get(1))) {
                    return String.valueOf(two.get(1));
                }
            }
        }
        return Bodies.TEXT;
    }

    /** The type of a service: what is configured, else what its request's type tells; empty for none of ROS. */
    CompletableFuture<Optional<ServiceType>> serviceTypeOf(String service, String request) {
        String configured = settings.types().get(service);
        return work(() -> {
            if (configured != null) {
                return Optional.of(bodies.types().service(configured));
            }
            String name = request.endsWith("Request") ? request.substring(0, request.length() - "Request".length()) : request;
            return bodies.types().knowsService(name) ? Optional.of(bodies.types().service(name)) : Optional.empty();
        });
    }

    /** The nodes that the master says to be listening. */
    CompletableFuture<Set<String>> subscribersOf(String topic) {
        return master.call("getSystemState").thenApply(state -> {
            Set<String> names = new HashSet<>();
            if (state instanceof List<?> parts && parts.size() == 3 && parts.get(1) instanceof List<?> all) {
                for (Object one : all) {
                    if (one instanceof List<?> pair && pair.size() == 2 && topic.equals(pair.get(0))) {
                        names.addAll(Subscription.texts(pair.get(1)));
                    }
                }
            }
            return names;
        });
    }

    /** Whether somebody serves there. */
    CompletableFuture<Boolean> probe(String where, String service) {
        InetSocketAddress at;
        try {
            at = serviceAddress(where);
        } catch (Refusal e) {
            return CompletableFuture.completedFuture(false);
        }
        Probe probe = new Probe(service);
        return dial(at, probe).thenCompose(done -> {
            later(() -> probe.end("it does not answer"), settings.timeout());
            return probe.alive;
        });
    }

    private final class Probe extends Line {
        private final String service;
        private final CompletableFuture<Boolean> alive = new CompletableFuture<>();

        Probe(String service) {
            super(Header.LARGEST);
            this.service = service;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(Map.of("callerid", settings.node(), "service", service, "md5sum", "*", "probe", "1", Meta.FIELD, Meta.VERSION));
        }

        @Override
        void header(Map<String, String> header) {
            alive.complete(!header.containsKey("error"));
            end("it is known");
        }

        @Override
        void frame(boolean ok, ByteBuffer bytes) {
            // nothing follows
        }

        @Override
        void ended(String reason) {
            alive.complete(false);
        }
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

    // What is told

    void dropped(Drop reason, long count) {
        listener.dropped(reason, count);
    }

    /** Says what went wrong; the same not again for a while, and not more than a few lines whatever strangers do. */
    void log(String what, String why) {
        run(() -> {
            if (closed) {
                return;
            }
            long now = System.nanoTime();
            if (now - quietUntil >= 0) {
                if (unsaid > 0) {
                    LOG.warn("bus '{}': {} more lines of that kind", settings.bus(), unsaid);
                }
                quietUntil = now + QUIET_NANOS;
                unsaid = 0;
                said.clear();
            }
            String line = printable(what + ": " + why);
            if (said.contains(line)) {
                return;
            }
            if (said.size() >= MOST_LINES) {
                unsaid++;
                return;
            }
            said.add(line);
            LOG.warn("bus '{}': {}", settings.bus(), line);
        });
    }

    /** What strangers send must not look like lines of our own. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().limit(LONGEST_LINE).forEach(c -> out.append(c < 0x20 || c >= 0x7F && c < 0xA0 ? '?' : (char) c));
        return out.toString();
    }

    // The end

    CompletableFuture<Void> flush() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        run(() -> {
            flushing.add(done);
            drained();
        });
        return done;
    }

    /** A publication may have nothing more to send. */
    void drained() {
        if (!flushing.isEmpty() && publications.values().stream().allMatch(Publication::idle)) {
            List<CompletableFuture<Void>> all = List.copyOf(flushing);
            flushing.clear();
            all.forEach(one -> one.complete(null));
        }
        if (!ending.isEmpty()) {
            ending.stream().filter(Publication::idle).toList().forEach(one -> {
                ending.remove(one);
                one.end();
            });
        }
    }

    /** On the event loop: takes back all registrations and ends all connections. */
    private CompletableFuture<Void> leave() {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        if (server != null && server.current()) {
            publications.values().stream().filter(one -> one.kind() != null)
                    .forEach(one -> calls.add(master.call("unregisterPublisher", one.topic(), uri)));
            ending.stream().filter(one -> one.kind() != null)
                    .forEach(one -> calls.add(master.call("unregisterPublisher", one.topic(), uri)));
            subscriptions.values().forEach(one -> calls.add(master.call("unregisterSubscriber", one.topic(), uri)));
            services.values().forEach(one -> calls.add(master.call("unregisterService", one.service(), serviceUri())));
        } else if (server != null) {
            publications.values().stream().filter(one -> one.kind() != null).forEach(one -> calls.add(passOn(one)));
        }
        over = true;
        publications.values().forEach(Publication::close);
        List.copyOf(subscriptions.values()).forEach(Subscription::close);
        List.copyOf(services.values()).forEach(Served::close);
        List.copyOf(visitors).forEach(line -> line.end("the node ends"));
        flushing.forEach(one -> one.complete(null));
        flushing.clear();
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    }

    /**
     * A successor publishes under the same address, so subscribers would go on trying the port that ends with this node; as
     * the topic comes anew they ask again where it is.
     */
    private CompletableFuture<?> passOn(Publication one) {
        master.call("unregisterPublisher", one.topic(), uri);
        return master.call("registerPublisher", one.topic(), one.kind().type().name(), uri);
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<Void> gone = new CompletableFuture<>();
        run(() -> {
            calls.close(new BusException.Closed("the link is closed"));
            leave().orTimeout(GOODBYE_MS, TimeUnit.MILLISECONDS).whenComplete((done, error) -> gone.complete(null));
            if (door != null) {
                door.close();
            }
        });
        try {
            gone.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("bus '{}': the node did not leave its graph in time", settings.bus());
        }
        XmlRpcServer last = server;
        if (last != null) {
            last.close();
        }
        master.close();
        worker.shutdownNow();
        Future<?> end = group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS);
        if (!loop.inEventLoop()) {
            end.awaitUninterruptibly(2_000);
        }
    }
}
