package io.anole.provider.tcp.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link to a router. Any thread asks; everything is done, and the hub is called, on one event loop, which owns all that
 * the parts of this link remember: {@link Publications}, {@link Hearers}, {@link Asks} and {@link Keys}. The
 * {@link Connection} comes and goes.
 */
final class TcpLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(TcpLink.class);
    private static final long QUIET = TimeUnit.SECONDS.toNanos(10);
    private static final int CLOSE_MS = 2_000;

    private final Settings settings;
    private final EventLoop loop;
    private final AutoCloseable below;
    private final Commands commands;
    private final Connection connection;
    private final Publications publications;
    private final Hearers hearers;
    private final Asks asks;
    private final Keys keys;
    private final Capabilities capabilities;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Registered> registered = new LinkedHashMap<>();
    private final Map<Integer, CompletableFuture<Void>> expected = new HashMap<>();
    private Out out;
    private volatile boolean closed;
    private long quietUntil = System.nanoTime();
    private long unreadable;

    /** @param below what ends with this link, last */
    TcpLink(Settings settings, Wire wire, LinkListener listener, EventLoop loop, Connection.Way way, AutoCloseable below) {
        this.settings = settings;
        this.loop = loop;
        this.below = below;
        this.capabilities = Able.of(settings);
        this.commands = new Commands(loop, this::send);
        this.publications = new Publications(this, wire, listener, settings);
        this.hearers = new Hearers(this, wire, listener);
        this.asks = new Asks(this, wire);
        this.keys = new Keys(this, wire, listener);
        this.connection = new Connection(this, settings, listener, loop, way);
    }

    void start() {
        run(connection::connect);
    }

    // For the parts

    boolean closed() {
        return closed;
    }

    /** Whether the router has all that was registered. */
    boolean up() {
        return connection.up();
    }

    /** Does it on the event loop, in order. */
    void run(Runnable command) {
        if (!commands.add(command)) {
            LOG.debug("bus '{}': a late event of a closed link", settings.bus());
        }
    }

    /** Does it on the event loop in some time. */
    void later(Runnable command, int millis) {
        loop.schedule(() -> {
            command.run();
            send();
        }, millis, TimeUnit.MILLISECONDS);
    }

    int number() {
        return numbers.incrementAndGet();
    }

    /** The number of a question that the router answers by OK or REFUSED. */
    int expect(CompletableFuture<Void> done) {
        int id = number();
        expected.put(id, done);
        return id;
    }

    /** @param begin done on the event loop before the router is asked */
    Registration register(Registered one, Runnable begin) {
        if (closed) {
            return new Handle(CompletableFuture.failedFuture(ended()), () -> { });
        }
        run(() -> {
            if (closed) {
                one.ready.completeExceptionally(ended());
            } else if (!one.over()) {
                registered.put(one.id, one);
                begin.run();
                if (out != null) {
                    one.ask(out, false);
                }
            }
        });
        return new Handle(one.ready, () -> {
            one.end();
            run(() -> unregister(one));
        });
    }

    private void unregister(Registered one) {
        if (registered.remove(one.id) != null) {
            one.forget();
            if (out != null) {
                out.close(one.id);
            }
        }
        one.ready.completeExceptionally(new Closed("it was closed before it was ready"));
    }

    private record Handle(CompletableFuture<Void> done, Runnable end) implements Registration {
        @Override
        public CompletionStage<Void> ready() {
            return done;
        }

        @Override
        public void close() {
            end.run();
        }
    }

    void malformed(Name name, String why) {
        unreadable++;
        if (System.nanoTime() - quietUntil >= 0) {
            LOG.warn("bus '{}': dropped {} unreadable message(s), the last on '{}': {}", settings.bus(), unreadable, name, why);
            unreadable = 0;
            quietUntil = System.nanoTime() + QUIET;
        }
    }

    static byte[] rest(ByteBuf in) {
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        return bytes;
    }

    // From the connection

    /**
     * A router has answered: it is told everything.
     *
     * @return done when it has everything
     */
    CompletionStage<Void> attach(Out to, boolean resumed, boolean presenceLost) {
        out = to;
        hearers.attach(to, resumed);
        asks.attach(to);
        registered.values().forEach(one -> one.ask(to, true));
        keys.attach(to, !resumed || presenceLost);
        CompletableFuture<Void> told = new CompletableFuture<>();
        to.sync(expect(told), Frame.RESTORED_ALL);
        publications.attach(to, resumed);
        return told;
    }

    void detach(BusException why) {
        out = null;
        publications.detach();
        hearers.detach();
        asks.detach(why);
        keys.detach(why);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        expected.forEach((id, done) -> all.add(done));
        expected.clear();
        all.stream().filter(done -> !keys.waits(done)).forEach(done -> done.completeExceptionally(why));
    }

    void send() {
        hearers.rest();
        if (out != null) {
            hearers.flush();
            out.flush();
        }
    }

    long received() {
        return hearers.received();
    }

    void tick(long now) {
        asks.tick(now);
        if (out != null && up()) {
            registered.values().forEach(one -> one.tick(out));
        }
        send();
    }

    void frame(byte type, ByteBuf in) {
        switch (type) {
            case Frame.DELIVER -> {
                long token = in.readLong();
                int subscription = in.readInt();
                hearers.deliver(token, subscription, in.nioBuffer());
            }
            case Frame.DELIVER_MANY -> hearers.deliverMany(in.readLong(), in.nioBuffer());
            case Frame.ACCEPTED -> Ranges.read(in, publications::accepted);
            case Frame.DELIVERED -> Ranges.read(in, publications::delivered);
            case Frame.REJECTED -> {
                long token = in.readLong();
                in.readByte();
                publications.rejected(token, Out.text(in));
            }
            case Frame.OK -> answered(in.readInt(), null);
            case Frame.REFUSED -> {
                int id = in.readInt();
                int code = in.readByte();
                String why = Out.text(in);
                answered(id, code == Frame.CONFLICT ? new Conflict(why) : new Rejected(why));
            }
            case Frame.REQUEST -> {
                long number = in.readLong();
                long expires = out.clock().expiresIn(in.readInt());
                asks.asked(number, expires, in.nioBuffer());
            }
            case Frame.RESPONSE -> asks.response(in.readLong(), in);
            case Frame.VALUE -> {
                int id = in.readInt();
                boolean there = in.readByte() != 0;
                Name key = Block.legal(Out.text(in));
                keys.value(id, key, there ? rest(in) : null);
            }
            case Frame.REMOVED -> keys.removed(in.readInt(), Block.legal(Out.text(in)));
            case Frame.SYNCED -> keys.synced(in.readInt());
            case Frame.PING -> { }
            default -> throw new Violation("a frame of the unknown type " + type);
        }
    }

    private void answered(int id, BusException refused) {
        Registered one = registered.get(id);
        if (one == null) {
            CompletableFuture<Void> done = expected.remove(id);
            if (done != null && refused == null) {
                done.complete(null);
            } else if (done != null) {
                done.completeExceptionally(refused);
            }
        } else if (refused == null) {
            one.confirmed();
        } else {
            one.refused(refused);
        }
    }

    // For the hub

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Many: publishers wait for half of it at a time, and a waiting thread costs as much as some dozens of messages. */
    @Override
    public int publishWindow() {
        return 1024;
    }

    @Override
    public Outlet advertise(Name topic, String type, Qos qos) {
        return publications.outlet(topic, qos);
    }

    @Override
    public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        return hearers.subscribe(pattern, qos, handler);
    }

    @Override
    public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        return closed ? CompletableFuture.failedFuture(ended()) : asks.request(service, request, timeout);
    }

    @Override
    public Registration serve(Name service, RequestHandler handler) {
        return asks.serve(service, handler);
    }

    @Override
    public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        return closed ? CompletableFuture.failedFuture(ended()) : keys.put(key, value, lifetime);
    }

    @Override
    public CompletionStage<Optional<Value>> get(Name key) {
        return closed ? CompletableFuture.failedFuture(ended()) : keys.get(key);
    }

    @Override
    public Registration watch(Pattern pattern, StateListener listener) {
        return keys.watch(pattern, listener);
    }

    /** The router has handled all that was asked before. */
    @Override
    public CompletionStage<Void> flush() {
        if (closed) {
            return CompletableFuture.failedFuture(ended());
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        run(() -> {
            if (out == null) {
                done.completeExceptionally(closed ? ended() : new LinkLost("not connected to the router"));
            } else {
                out.sync(expect(done), 0);
            }
        });
        return done;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        run(() -> {
            closed = true;
            BusException why = ended();
            connection.close();
            detach(why);
            publications.close(why);
            keys.close(why);
            registered.values().forEach(one -> {
                one.end();
                one.ready.completeExceptionally(why);
            });
            over.complete(null);
        });
        closed = true;
        if (!loop.inEventLoop()) {
            over.completeOnTimeout(null, CLOSE_MS, TimeUnit.MILLISECONDS).join();
        }
        try {
            below.close();
        } catch (Exception e) {
            LOG.warn("bus '{}': closing its link: {}", settings.bus(), e.getMessage());
        }
    }

    private Closed ended() {
        return new Closed("the link of bus '" + settings.bus() + "' is closed");
    }
}
