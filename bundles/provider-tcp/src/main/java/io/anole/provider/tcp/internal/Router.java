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
import java.util.concurrent.ScheduledFuture;
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

    private final EventLoop loop;
    private RouterSettings settings;
    private BiConsumer<Drop, Long> dropped;
    private final SecureRandom random = new SecureRandom();
    private final long incarnation = random.nextLong();
    private final Routing routing;
    private final RouterState state;
    private final RouterCalls calls;
    private final Neighbours neighbours = new Neighbours(this);
    private final Map<SessionId, RouterSession> sessions = new HashMap<>();
    private final Set<RouterPeer> peers = new LinkedHashSet<>();
    private final long waitUntil;
    private ScheduledFuture<?> sweeping;
    private ScheduledFuture<?> beating;
    /** A reading of the clock that is good enough where a turn of the event loop more or less does not matter. */
    private long now = System.nanoTime();
    private List<RouterSession> dirty = new ArrayList<>();
    private boolean waiting = true;
    private boolean flushing;
    private long quietUntil = System.nanoTime();
    private long warnedUntil = quietUntil;
    private long unlogged;
    /** The ids of this router and of those above it, up to the root. */
    private List<Long> path = List.of(incarnation);

    /** @param store null for a router that keeps nothing on disk */
    Router(RouterSettings settings, EventLoop loop, BiConsumer<Drop, Long> dropped, Store store) {
        this.settings = settings;
        this.loop = loop;
        this.dropped = dropped;
        this.routing = new Routing(this);
        this.state = new RouterState(this, store);
        this.calls = new RouterCalls(this);
        this.waitUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.waitReturn());
        schedule();
    }

    private void schedule() {
        long tick = Math.max(5, Math.min(TICK, Math.min(settings.heartbeat(), settings.presence()) / 4));
        sweeping = loop.scheduleAtFixedRate(this::sweep, tick, tick, TimeUnit.MILLISECONDS);
        beating = loop.scheduleAtFixedRate(this::beat, settings.heartbeat(), settings.heartbeat(), TimeUnit.MILLISECONDS);
    }

    /**
     * Goes on with another configuration.
     *
     * @param again whether clients have to connect again, as that is about connections; they lose nothing
     */
    void configure(RouterSettings to, BiConsumer<Drop, Long> drops, boolean again) {
        settings = to;
        dropped = drops;
        sweeping.cancel(false);
        beating.cancel(false);
        schedule();
        if (again) {
            LOG.info("router of bus '{}': configured anew; its clients connect again", to.bus());
            List.copyOf(peers).forEach(peer -> peer.part("the router is configured anew: connect again"));
        }
    }

    RouterSettings settings() {
        return settings;
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

    Neighbours neighbours() {
        return neighbours;
    }

    /** Another for each start. */
    long incarnation() {
        return incarnation;
    }

    List<Long> path() {
        return path;
    }

    /** Whether linking a router that has these ids on its way to the root would close a loop. */
    boolean loops(List<Long> above) {
        return above.contains(incarnation) || neighbours.below(above);
    }

    /** This router is linked to one with these ids on its way to the root, or to none any more. */
    void above(List<Long> ids) {
        path = new ArrayList<>(List.of(incarnation));
        path.addAll(ids);
        neighbours.told(path);
    }

    /** Whether clients of a former router may come back still. */
    boolean waiting() {
        return waiting;
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

    /** Something that an operator should know, one line per second at most. */
    void warn(String what) {
        long now = System.nanoTime();
        if (now - warnedUntil >= 0) {
            LOG.warn("router of bus '{}': {}", settings.bus(), what);
            warnedUntil = now + QUIET;
        }
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
        RouterPeer peer = new RouterPeer(this, pipe);
        peers.add(peer);
        if (peers.size() > settings.maxClients()) {
            dropped(Drop.REJECTED, 1);
            peer.cut(Frame.LIMIT, "there are " + settings.maxClients() + " clients, as many as there may be (clients.max)");
        }
        return peer;
    }

    /** @param kin what it says of itself if it is a router; else null */
    RouterSession admit(RouterPeer peer, int version, SessionId wanted, long received, String identity, String bus, String token,
            Kin kin) throws Refusal {
        if (identity.isEmpty() || identity.length() > 256) {
            throw new Violation("an identity of " + identity.length() + " characters");
        }
        Pipe pipe = peer.out().pipe();
        Clients.Client client = pipe.inside() ? Clients.TRUSTED : settings.clients().admit(identity, token, pipe.certified());
        if (kin != null) {
            check(kin, client, identity);
        }
        RouterSession session = sessions.get(wanted);
        boolean resumed = session != null && session.identity().equals(identity) && session.version() == version
                && (session.neighbour() == null) == (kin == null);
        if (!resumed) {
            if (sessions.size() >= settings.maxClients()) {
                throw new Refusal(Frame.LIMIT, "there are " + settings.maxClients() + " sessions, as many as there may be (clients.max)");
            }
            session = new RouterSession(this, version, SessionId.make(random), identity, bus, kin);
            sessions.put(session.id(), session);
        }
        session.attach(peer, client, resumed, resumed ? received : 0, kin);
        return session;
    }

    /**
     * What a router says of itself.
     *
     * @param above whether it speaks for all that is above this one
     */
    record Kin(boolean above, long id) {
    }

    private void check(Kin kin, Clients.Client client, String identity) throws Refusal {
        if (!client.router()) {
            throw new Refusal(Frame.FORBIDDEN, "'" + identity + "' may not link a router here (clients.file: its line lacks the word router)");
        }
        if (!kin.above && path.contains(kin.id)) {
            throw new Refusal(Frame.FORBIDDEN, kin.id == incarnation ? "this is the router itself (uplink)"
                    : "that would close a loop: '" + identity + "' is above this router already (uplink)");
        }
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
            neighbours.saidAll();
        }
        List.copyOf(sessions.values()).forEach(session -> session.sweep(now));
        calls.sweep(now);
        flush();
    }

    private void beat() {
        turn();
        List.copyOf(peers).forEach(peer -> peer.sweep(now));
        neighbours.tick();
        flush();
    }

    /** Says farewell to everybody. */
    void close() {
        List.copyOf(sessions.values()).forEach(session -> session.end(Frame.SHUTDOWN, "the router is shut down"));
        List.copyOf(peers).forEach(peer -> peer.cut(Frame.SHUTDOWN, "the router is shut down"));
    }
}
