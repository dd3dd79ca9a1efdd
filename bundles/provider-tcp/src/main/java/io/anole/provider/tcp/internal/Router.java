package io.anole.provider.tcp.internal;

import io.anole.bus.Statistics.Drop;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router of one bus. Everything in it happens on one event loop, the same that reads and writes its connections; what is
 * written goes out once per turn of that loop.
 */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long TICK = 50;
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);

    private final RouterSettings settings;
    private final EventLoop loop;
    private final BiConsumer<Drop, Long> dropped;
    private final SecureRandom random = new SecureRandom();
    private final long incarnation = random.nextLong();
    private final Routing routing;
    private final RouterState state;
    private final RouterCalls calls;
    private final Map<SessionId, RouterSession> sessions = new HashMap<>();
    private final Set<RouterPeer> peers = new LinkedHashSet<>();
    private final long waitUntil;
    /** A reading of the clock that is good enough where a turn of the event loop more or less does not matter. */
    private long now = System.nanoTime();
    private List<RouterSession> dirty = new ArrayList<>();
    private boolean waiting = true;
    private boolean flushing;
    private long quietUntil = System.nanoTime();
    private long unlogged;

    Router(RouterSettings settings, EventLoop loop, BiConsumer<Drop, Long> dropped) {
        this.settings = settings;
        this.loop = loop;
        this.dropped = dropped;
        this.routing = new Routing(settings, dropped);
        this.state = new RouterState(settings);
        this.calls = new RouterCalls(settings);
        this.waitUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.waitReturn());
        long tick = Math.max(5, Math.min(TICK, Math.min(settings.heartbeat(), settings.presence()) / 4));
        loop.scheduleAtFixedRate(this::sweep, tick, tick, TimeUnit.MILLISECONDS);
        loop.scheduleAtFixedRate(this::beat, settings.heartbeat(), settings.heartbeat(), TimeUnit.MILLISECONDS);
    }

    Routing routing() {
        return routing;
    }

    RouterState state() {
        return state;
    }

    RouterCalls calls() {
        return calls;
    }

    /** Another for each start. */
    long incarnation() {
        return incarnation;
    }

    /** Whether it asks clients to prove who they are. */
    boolean knowsClients() {
        return settings.clients().ask();
    }

    /** A turn of the event loop begins. */
    void turn() {
        now = System.nanoTime();
    }

    /** When the turn began. */
    long now() {
        return now;
    }

    void dropped(Drop why, long count) {
        dropped.accept(why, count);
    }

    /** Somebody was cut off. One line per second at most; those that are left out are counted in the next. */
    void cutOff(String who, String why) {
        unlogged++;
        long now = System.nanoTime();
        if (now - quietUntil >= 0) {
            LOG.warn("router of bus '{}': cut off {} client(s), the last {}: {}", settings.bus(), unlogged, who, why);
            quietUntil = now + QUIET;
            unlogged = 0;
        }
    }

    /** A connection has come. */
    RouterPeer accept(Pipe pipe) {
        RouterPeer peer = new RouterPeer(this, settings, pipe);
        peers.add(peer);
        if (peers.size() > settings.maxClients()) {
            dropped(Drop.REJECTED, 1);
            peer.cut(Frame.LIMIT, "there are " + settings.maxClients() + " clients, as many as there may be (clients.max)");
        }
        return peer;
    }

    RouterSession admit(RouterPeer peer, SessionId wanted, long received, String identity, String bus, String token) throws Refusal {
        if (identity.isEmpty() || identity.length() > 256) {
            throw new Violation("an identity of " + identity.length() + " characters");
        }
        Clients.Client client = settings.clients().admit(identity, token, peer.out().pipe().certified());
        RouterSession session = sessions.get(wanted);
        boolean resumed = session != null && session.identity().equals(identity);
        if (!resumed) {
            if (sessions.size() >= settings.maxClients()) {
                throw new Refusal(Frame.LIMIT, "there are " + settings.maxClients() + " sessions, as many as there may be (clients.max)");
            }
            session = new RouterSession(this, SessionId.make(random), identity, bus, client, settings);
            sessions.put(session.id(), session);
        }
        session.attach(peer, resumed, resumed ? received : 0);
        return session;
    }

    void forget(RouterSession session) {
        sessions.remove(session.id());
    }

    void forget(RouterPeer peer) {
        peers.remove(peer);
    }

    void dirty(RouterSession session) {
        dirty.add(session);
    }

    /** Does something when what happens now is over. */
    void later(Runnable what) {
        loop.execute(() -> {
            turn();
            what.run();
            flush();
        });
    }

    /** Does something after a while. */
    void after(int millis, Runnable what) {
        loop.schedule(() -> {
            turn();
            what.run();
            flush();
        }, millis, TimeUnit.MILLISECONDS);
    }

    /** Sends what was written in this turn. */
    void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        try {
            while (!dirty.isEmpty()) {
                List<RouterSession> all = dirty;
                dirty = new ArrayList<>();
                all.forEach(RouterSession::flush);
            }
        } finally {
            flushing = false;
        }
    }

    private void sweep() {
        turn();
        if (waiting && now - waitUntil > 0 && sessions.values().stream().noneMatch(RouterSession::restoring)) {
            waiting = false;
            routing.forget();
        }
        List.copyOf(sessions.values()).forEach(session -> session.sweep(now));
        calls.sweep(now);
        flush();
    }

    private void beat() {
        turn();
        List.copyOf(peers).forEach(peer -> peer.sweep(now));
        flush();
    }

    /** Says farewell to everybody. */
    void close() {
        List.copyOf(sessions.values()).forEach(session -> session.end(Frame.SHUTDOWN, "the router is shut down"));
        List.copyOf(peers).forEach(peer -> peer.cut(Frame.SHUTDOWN, "the router is shut down"));
    }
}
