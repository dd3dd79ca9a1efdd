package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link to one MQTT 5 broker. What MQTT has no word for is built from retained messages, a last will and ordered delivery;
 * see {@link Messages}, {@link Directory}, {@link Calls} and {@link States}.
 *
 * <p>Threads: {@code scheduler}, one thread, owns the connection: it connects, restores, ends sessions, and keeps time.
 * Paho's callback thread brings messages and acknowledgements and calls the hub. Callers of this class only queue.
 */
final class MqttLink implements Link, Session.Owner, Directory.Listener, Calls.Guard {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    private static final long CLOSE_MILLIS = 4500;
    private static final long GOODBYE_MILLIS = 2000;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Settings settings;
    private final LinkListener listener;
    private final Topics topics;
    private final Outbox outbox;
    private final Filters filters = new Filters();
    private final Directory directory;
    private final Messages messages;
    private final Calls calls;
    private final States states;
    private final ScheduledThreadPoolExecutor scheduler;
    private final AtomicInteger held = new AtomicInteger();
    private final Capabilities capabilities;

    // Owned by the scheduler.
    private Session session;
    private boolean seenUp;
    private int attempt;
    private String told;
    private long quietUntil = System.nanoTime();
    private long quietCount;

    private final LongAdder arrivals = new LongAdder();
    private volatile Session current;
    private volatile long maxPacket = Long.MAX_VALUE;
    private volatile boolean closed;

    MqttLink(Settings settings, Wire wire, LinkListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.topics = new Topics(settings.prefix(), settings.clientId());
        this.outbox = new Outbox(listener, settings.maxInflight(), settings.maxQueued());
        this.capabilities = Able.of(settings);
        this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "anole-mqtt-" + settings.bus());
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.directory = new Directory(topics, settings.party(), wire, this::control, this);
        this.messages = new Messages(topics, wire, outbox, filters, this);
        this.calls = new Calls(topics, wire, outbox, filters, directory, scheduler, this);
        this.states = new States(topics, wire, outbox, filters, directory, this::control, this);
        filters.open(topics.links(), 1, Filters.Retained.ALWAYS, directory::arrived);
        filters.open(topics.linkProbe(0), 1, Filters.Retained.NONE, directory::overlapped);
        filters.open(topics.inboxes(), 1, Filters.Retained.NONE, calls::inbox);
        filters.open(topics.reply(), 1, Filters.Retained.NONE, calls::replied);
    }

    /** Begins to connect. */
    void start() {
        scheduler.execute(this::connect);
    }

    // Connection

    private void connect() {
        if (closed) {
            return;
        }
        URI url = settings.urls().get(attempt % settings.urls().size());
        Session opening;
        try {
            opening = new Session(settings, url, this, scheduler);
        } catch (MqttException e) {
            failed(null, "can't connect to " + url + ": " + Session.reason(e));
            return;
        }
        session = opening;
        opening.connect(topics.link(settings.clientId())).whenComplete((accepted, e) -> onScheduler(() -> {
            if (session != opening) {
                return;
            }
            if (e == null) {
                restore(opening, accepted);
            } else {
                failed(opening, "can't connect to " + url + ": " + Session.reason(e));
            }
        }));
        scheduler.schedule(() -> checkProgress(opening, -1), settings.connectTimeout(), TimeUnit.SECONDS);
    }

    /**
     * Paho waits for ever for a broker that accepts the connection and then says nothing. Restoring may take long, behind
     * all that the broker has kept for us, but something must arrive.
     */
    private void checkProgress(Session opening, long before) {
        long now = arrivals.sum();
        if (session != opening || current == opening) {
            return;
        }
        if (now == before) {
            failed(opening, "can't connect to " + opening.where() + ": no answer within " + settings.connectTimeout() + " s");
        } else {
            scheduler.schedule(() -> checkProgress(opening, now), settings.connectTimeout(), TimeUnit.SECONDS);
        }
    }

    private void restore(Session on, Session.Accepted accepted) {
        maxPacket = accepted.maxPacket();
        outbox.attach(on, accepted.window());
        directory.resync();
        states.resync();
        // In this order: all that others see of this client is true when they see it.
        filters.restore(on)
                .thenCompose(done -> directory.tryOverlap())
                .thenCompose(done -> directory.barrier())
                .thenRun(directory::resynced)
                .thenRun(calls::giveUp)
                .thenCompose(done -> directory.appear())
                .thenCompose(done -> states.restore())
                .thenCompose(done -> calls.restore())
                .whenComplete((done, e) -> onScheduler(() -> restored(on, e)));
    }

    private void restored(Session on, Throwable e) {
        if (session != on) {
            return;
        }
        if (e != null) {
            failed(on, "lost " + on.where() + " while restoring registrations: " + Session.reason(e));
            return;
        }
        attempt = 0;
        told = null;
        current = on;
        listener.up(on.where() + " as " + settings.clientId());
        outbox.open();
        calls.catchUp();
        states.probeAll();
        if (!seenUp && directory.first()) {
            states.sweep();
        }
        seenUp = true;
    }

    /** On the scheduler: the session, if there was one, is no more; try again later. */
    private void failed(Session gone, String reason) {
        session = null;
        current = null;
        filters.detach();
        outbox.detach(reason);
        directory.lost(reason);
        BusException.LinkLost lost = new BusException.LinkLost(reason);
        calls.failAll(lost);
        states.failReads(lost);
        if (gone != null) {
            gone.end(false);
        }
        if (closed) {
            return;
        }
        if (!reason.equals(told)) {
            told = reason;
            listener.down(reason);
        }
        scheduler.schedule(this::connect, settings.backoff().after(attempt++).toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void lost(Session lost, String reason) {
        onScheduler(() -> {
            if (session == lost) {
                failed(lost, "lost " + lost.where() + ": " + reason);
            }
        });
    }

    private void onScheduler(Runnable task) {
        try {
            scheduler.execute(task);
        } catch (RejectedExecutionException e) {
            // The link is closed; there is nothing left to do for it.
            LOG.debug("bus '{}': a late event of a closed link", settings.bus());
        }
    }

    // Packets

    @Override
    public void arrived(Session from, String topic, MqttMessage packet) {
        arrivals.increment();
        CompletionStage<Void> room = null;
        try {
            room = filters.dispatch(new Arrival(topic, packet));
        } catch (RuntimeException e) {
            LOG.error("bus '{}': a handler failed on '{}'", settings.bus(), topic, e);
        }
        if (packet.getQos() == 0) {
            return;
        }
        int id = packet.getId();
        if (room == null || room.toCompletableFuture().isDone()) {
            from.acknowledge(id);
        } else if (held.get() < settings.holdMax()) {
            // One full subscription must not use up the window that all of them share: the hub keeps these.
            held.incrementAndGet();
            from.acknowledge(id);
            room.whenComplete((done, e) -> held.decrementAndGet());
        } else {
            room.whenComplete((done, e) -> from.acknowledge(id));
        }
    }

    /** Counts a publication that can't be read, and logs the first of a while. */
    @Override
    public void malformed(String topic, String why) {
        listener.dropped(Drop.MALFORMED, 1);
        onScheduler(() -> {
            long now = System.nanoTime();
            quietCount++;
            if (now - quietUntil >= 0) {
                LOG.warn("bus '{}': dropped {} unreadable message(s), the last on '{}': {}", settings.bus(), quietCount,
                        topic, why);
                quietUntil = now + QUIET_NANOS;
                quietCount = 0;
            }
        });
    }

    /** @throws BusException.Rejected if the payload is beyond what is configured or what the broker takes */
    @Override
    public void checkSize(String topic, Wire.Encoded body) {
        int size = body.payload().length;
        if (size > settings.maxPayload()) {
            throw new BusException.Rejected("'" + topic + "': a body of " + size + " bytes is beyond max.payload, "
                    + settings.maxPayload());
        }
        if (size + Outbox.OVERHEAD > maxPacket && size + 2048L > maxPacket) {
            throw new BusException.Rejected("'" + topic + "': a body of " + size
                    + " bytes is beyond what the broker takes, " + maxPacket);
        }
    }

    private CompletableFuture<Integer> control(String topic, Wire.Encoded body, boolean retain) {
        return outbox.send(outbox.new Item(topic, Outbox.Lane.CONTROL, Message.NEVER) {
            @Override
            MqttMessage packet() {
                MqttProperties properties = new MqttProperties();
                properties.setContentType(body.contentType());
                return body.packet(1, retain, properties);
            }
        });
    }

    // The directory, on Paho's callback thread

    @Override
    public void came(String client) {
        states.ownerChanged(client);
    }

    @Override
    public void gone(String client) {
        if (client.equals(topics.me())) {
            if (up()) {
                directory.appear(); // the will of a former connection came late
            }
            return;
        }
        states.ownerChanged(client);
        calls.clientGone(client);
        if (up() && directory.first()) {
            onScheduler(states::sweep);
        }
    }

    @Override
    public void claimsChanged(Name service) {
        calls.claimsChanged(service);
    }

    @Override
    public void repeats(boolean now) {
        filters.repeats(now);
    }

    @Override
    public boolean up() {
        return current != null;
    }

    @Override
    public void later(Runnable task) {
        onScheduler(task);
    }

    @Override
    public void expired() {
        listener.dropped(Drop.EXPIRED, 1);
    }

    // For the hub

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        return closed ? Handle.failed(ended()) : messages.subscribe(pattern, qos, handler);
    }

    @Override
    public Outlet advertise(Name topic, String type, Qos qos) {
        return messages.advertise(topic, qos);
    }

    @Override
    public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        return closed ? CompletableFuture.failedFuture(ended()) : calls.request(service, request, timeout);
    }

    @Override
    public Registration serve(Name service, RequestHandler handler) {
        return closed ? Handle.failed(ended()) : calls.serve(service, handler);
    }

    @Override
    public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        return closed ? CompletableFuture.failedFuture(ended()) : states.put(key, value, lifetime);
    }

    @Override
    public CompletionStage<Optional<Value>> get(Name key) {
        return closed ? CompletableFuture.failedFuture(ended()) : states.get(key);
    }

    @Override
    public Registration watch(Pattern pattern, StateListener to) {
        return closed ? Handle.failed(ended()) : states.watch(pattern, to);
    }

    private static BusException.Closed ended() {
        return new BusException.Closed("the link is closed");
    }

    @Override
    public CompletionStage<Void> flush() {
        return outbox.flush();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        messages.close();
        BusException.Closed why = ended();
        calls.failAll(why);
        states.failReads(why);
        CompletableFuture<Void> done = new CompletableFuture<>();
        onScheduler(() -> {
            try {
                sayGoodbye();
            } finally {
                done.complete(null);
            }
        });
        try {
            done.get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("bus '{}': the connection did not end within {} ms; left to itself", settings.bus(), CLOSE_MILLIS);
        }
        filters.close();
        scheduler.shutdownNow();
        outbox.close();
        directory.lost("the link is closed");
    }

    /** On the scheduler: takes back what others see of this client, then ends the session at the broker too. */
    private void sayGoodbye() {
        Session last = session;
        boolean up = current != null;
        session = null;
        current = null;
        if (last == null) {
            return;
        }
        if (up) {
            List<CompletableFuture<Integer>> all = new ArrayList<>(states.removeAll());
            all.addAll(calls.releaseAll());
            all.add(directory.disappear());
            try {
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("bus '{}': closed without the broker's acknowledgement; the last will follows", settings.bus());
            }
        }
        last.end(up);
    }
}
