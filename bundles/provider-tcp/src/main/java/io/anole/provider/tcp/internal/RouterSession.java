package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Drop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A client, as the router knows it: what it has registered, what it shall have, and what it has published that is not
 * delivered yet. It outlasts its connection for some time, so that a client that comes back misses nothing. All of it belongs
 * to the router's event loop.
 */
final class RouterSession {
    /** What may wait in a connection beside messages before its client is taken for dead. */
    private static final long MOST_UNSENT = 64L << 20;

    private final Router router;
    private final int version;
    private final SessionId id;
    private final String identity;
    private final String bus;
    private final Outbox outbox;
    private final Map<Integer, Object> registrations = new LinkedHashMap<>();
    private final Undelivered undelivered = new Undelivered();
    private final Ranges accepted = new Ranges();
    private final Receipts delivered = new Receipts();
    /** Null for a client. */
    private final Neighbour neighbour;
    private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
    private final Block.Cache<Flow> addresses = new Block.Cache<>(this::checked);
    /** Of a client that comes back: what it has not registered again so far. */
    private Set<Integer> unconfirmed = new HashSet<>();
    /** Of a new session: subscriptions that begin together, when all are known. */
    private List<Routing.Subscription> coming = new ArrayList<>();
    private RouterPeer peer;
    /** What it may do, as of its latest connection. */
    private Clients.Client client;
    private long highest;
    private long lost;
    private boolean presenceLost;
    private int presence;
    private boolean dirty;
    private boolean timing;
    private boolean ended;

    /** @param kin what it says of itself if it is a router; else null */
    RouterSession(Router router, int version, SessionId id, String identity, String bus, Router.Kin kin) {
        this.router = router;
        this.version = version;
        this.id = id;
        this.identity = identity;
        this.bus = bus;
        this.outbox = new Outbox(this, version);
        if (kin == null) {
            neighbour = null;
        } else {
            neighbour = new Neighbour(this, kin.above());
            coming = null;
        }
    }

    Neighbour neighbour() {
        return neighbour;
    }

    /** See {@link Neighbour#side()}; empty for a client. */
    String side() {
        return neighbour == null ? "" : neighbour.side();
    }

    /** Its client wants to be taken for gone sooner than others. */
    void presence(int millis) {
        presence = Math.min(millis, settings().presence());
    }

    SessionId id() {
        return id;
    }

    /** Of the protocol, as its client speaks it. */
    int version() {
        return version;
    }

    String identity() {
        return identity;
    }

    /** Whether this is another link of the same bus of the same runtime, as there is while it moves. */
    boolean succeeds(RouterSession other) {
        return other != this && !bus.isEmpty() && other.identity.equals(identity) && other.bus.equals(bus);
    }

    Router router() {
        return router;
    }

    private RouterSettings settings() {
        return router.settings();
    }

    Outbox outbox() {
        return outbox;
    }

    /** Whether it is connected. */
    boolean here() {
        return peer != null;
    }

    boolean ended() {
        return ended;
    }

    /** Whether it is away, or takes nothing, for so long that nobody waits for it any more. */
    private boolean gone(long now) {
        long limit = settings().presence() * 1_000_000L;
        return peer == null ? now - lost >= limit : outbox.stalled(now, limit);
    }

    // Connections

    /** @param received the highest token that the client has had */
    void attach(RouterPeer to, Clients.Client as, boolean resumed, long received, Router.Kin kin) {
        RouterPeer former = peer;
        peer = to;
        client = as;
        addresses.clear();
        if (former != null) {
            former.cut(Frame.TAKEN_OVER, "the client has connected again");
        }
        if (resumed) {
            unconfirmed = new HashSet<>(registrations.keySet());
        }
        to.out().welcome(version, (resumed ? Frame.RESUMED : 0) | (presenceLost ? Frame.PRESENCE_LOST : 0), router.incarnation(), id,
                settings().heartbeat(), settings().maxFrame());
        presenceLost = false;
        if (kin != null) {
            neighbour.silence();
            if (resumed && neighbour.id() != kin.id()) {
                absent(); // it was started anew, and its clients have begun anew as well
            }
            neighbour.here(kin.id(), !resumed);
            router.neighbours().here(neighbour);
            path(router.path());
        }
        outbox.attach(to.out(), received);
        touched();
    }

    /** This router's way to the root, and how far what this session has published has come. */
    void path(List<Long> ids) {
        tell(out -> out.router(highest, ids));
    }

    void detach(RouterPeer from) {
        if (peer != from) {
            return;
        }
        peer = null;
        away();
        lost = System.nanoTime();
        outbox.detach();
        accepted.clear();
        delivered.clear();
        router.calls().cut(this);
    }

    private void away() {
        if (neighbour != null) {
            router.neighbours().away(neighbour);
        }
    }

    /** Looks whether it has been away too long. */
    void sweep(long now) {
        outbox.sweep(now);
        if (outbox.overfull() && gone(now)) {
            end(Frame.LIMIT, "it takes nothing, and as much waits for it as may (session.max, session.bytes)");
        }
        if (peer != null || ended) {
            return;
        }
        long away = (now - lost) / 1_000_000;
        if (!presenceLost && away >= presence) {
            presenceLost = true;
            absent();
        }
        if (away >= settings().session()) {
            end(Frame.SILENT, "it was away for " + settings().session() + " ms (session.ms)");
        }
    }

    private void absent() {
        router.state().ended(this);
        registrations.values().removeIf(one -> {
            if (one instanceof RouterCalls.Server server) {
                router.calls().end(server);
                return true;
            }
            return false;
        });
    }

    /** Ends it for good. What waited for it is lost to it, and is counted. */
    void end(int code, String why) {
        if (ended) {
            return;
        }
        ended = true;
        RouterPeer last = peer;
        peer = null;
        if (last != null) {
            last.cut(code, why);
        }
        away();
        router.calls().cut(this);
        absent();
        registrations.values().forEach(this::release);
        registrations.clear();
        long left = outbox.close();
        router.forget(this);
        if (code != Frame.CLOSED && code != Frame.SHUTDOWN) {
            if (left > 0) {
                router.dropped(Drop.OVERFLOW, left);
            }
            router.cutOff("'" + identity + "', whose session ended with " + left + " message(s) it has not had", why);
        }
    }

    // Frames out

    void tell(Consumer<Out> what) {
        if (peer == null) {
            return;
        }
        what.accept(peer.out());
        touched();
        if (peer.out().pipe().unsent() > MOST_UNSENT) {
            router.later(() -> end(Frame.LIMIT, "it does not read what it has asked for"));
        }
    }

    void touched() {
        if (!dirty) {
            dirty = true;
            router.dirty(this);
        }
    }

    void flush() {
        dirty = false;
        if (peer == null) {
            return;
        }
        if (!accepted.isEmpty()) {
            peer.out().ranges(Frame.ACCEPTED, accepted);
        }
        if (!delivered.isEmpty()) {
            if (delivered.due() || peer.out().isPending()) {
                delivered.write(peer.out());
            } else if (!timing) {
                timing = true;
                router.after(Receipts.MOMENT_MS, () -> {
                    timing = false;
                    delivered.hurry();
                    touched();
                });
            }
        }
        peer.out().flush();
    }

    void accepted(long token) {
        if (peer != null) {
            accepted.add(token);
            touched();
        }
    }

    /** @param awaited whether its publisher waits for that */
    void delivered(Delivery delivery, int size, boolean awaited) {
        undelivered.ended(delivery);
        delivered(delivery.token(), delivery.count(), size, awaited);
    }

    private void delivered(long token, int count, int size, boolean awaited) {
        if (peer != null) {
            delivered.add(token, count, size);
            if (awaited) {
                delivered.hurry();
            }
            touched();
        }
    }

    // Frames in

    void publish(long token, int flags, byte[] block, PeerClock clock) {
        Flow flow = addresses.of(block);
        publish(token, flags, Routed.of(flow.address.name(), block, clock), flow.publishes);
    }

    void publishMany(long token, byte[] block) {
        int count = Block.countOf(block);
        Flow flow = addresses.of(block);
        if (token == 0) {
            throw new Violation("messages that may be lost can't be sent together");
        }
        publish(token, 0, Routed.many(flow.address.name(), block, count), flow.publishes);
    }

    private void publish(long token, int flags, Routed routed, boolean allowed) {
        Name name = routed.name();
        if (!allowed) {
            router.dropped(Drop.FORBIDDEN, routed.count());
            tell(out -> out.rejected(token, Frame.FORBIDDEN, "'" + identity + "' may not publish on '" + name + "'"));
            return;
        }
        boolean keep = (flags & Frame.KEPT) != 0;
        if (token == 0) {
            router.routing().publish(router.routing().route(name), routed, null, keep, this);
            return;
        }
        if (token <= highest) {
            again(token);
            return;
        }
        highest = token;
        if (undelivered.messages() >= settings().maxUnaccepted()) {
            throw new Violation(Frame.LIMIT, settings().maxUnaccepted() + " messages of it are not delivered yet (unaccepted.max)");
        }
        Delivery delivery = new Delivery(this, token, routed.block().length, routed.count());
        undelivered.add(delivery);
        if ((flags & Frame.REPLAY) != 0) {
            router.routing().replay(routed, delivery, this);
        } else {
            router.routing().publish(router.routing().route(name), routed, delivery, keep, this);
        }
    }

    /** A message that has come before, since the client could not know that. */
    private void again(long token) {
        Delivery delivery = undelivered.get(token);
        if (delivery == null) {
            delivered(token, 1, 0, true);
        } else if (delivery.accepted()) {
            accepted(token);
        }
    }

    Block.Address address(byte[] block) {
        return addresses.of(block).address;
    }

    /** @param publishes whether the client may publish there */
    private record Flow(Block.Address address, boolean publishes) {
    }

    private Flow checked(Block.Address address) {
        if (router.knowsClients() && neighbour == null && !address.source().startsWith(identity + "/")) {
            throw new Violation(Frame.FORBIDDEN, "it is '" + identity + "' and can't send as '" + address.source() + "'");
        }
        return new Flow(address, client.may(Clients.Act.PUBLISH, address.name()));
    }

    void subscribe(int number, int flags, Pattern pattern) throws Refusal {
        check(client.may(Clients.Act.SUBSCRIBE, pattern), "subscribe to", pattern);
        if (confirmed(number)) {
            if (registrations.get(number) instanceof Routing.Subscription known && known.pattern().equals(pattern)) {
                tell(out -> out.ok(number));
                return;
            }
            unregister(number);
        }
        Routing.Subscription subscription = new Routing.Subscription(this, number, flags, pattern);
        register(number, subscription);
        if (coming != null) {
            coming.add(subscription);
        } else {
            if (neighbour != null && (flags & Frame.RESTORED) != 0) {
                router.routing().remind(this, List.of(subscription));
            }
            begin(subscription);
        }
    }

    private void begin(Routing.Subscription subscription) {
        router.neighbours().subscribed(subscription, () -> tell(out -> out.ok(subscription.id())));
        router.routing().subscribe(subscription);
    }

    void serve(int number, Name name) throws Refusal {
        check(client.may(Clients.Act.SERVE, name), "serve", name);
        if (!confirmed(number)) {
            RouterCalls.Server server = new RouterCalls.Server(this, number, name);
            router.calls().serve(server);
            register(number, server);
            router.neighbours().served(server, refusal -> served(server, refusal));
            return;
        }
        tell(out -> out.ok(number));
    }

    /** @param refusal of the router above; null if nobody serves that name elsewhere */
    private void served(RouterCalls.Server server, Refusal refusal) {
        if (refusal == null) {
            tell(out -> out.ok(server.id()));
        } else if (registrations.get(server.id()) == server) {
            unregister(server.id());
            tell(out -> out.refused(server.id(), refusal.code(), refusal.getMessage()));
        }
    }

    void watch(int number, Pattern pattern) {
        if (confirmed(number)) {
            release(registrations.remove(number));
        }
        RouterState.Watch watch = new RouterState.Watch(this, number, pattern);
        register(number, watch);
        tell(out -> out.ok(number));
        router.state().watch(watch);
    }

    /** A client is answered when all routers have it; a router at once, which then knows what of that key was before its own. */
    void put(int number, Name key, byte[] value, int flags) throws Refusal {
        check(client.may(Clients.Act.PUT, key), "put", key);
        if (neighbour != null && neighbour.behind(key)) {
            tell(out -> out.ok(number));
            return;
        }
        CompletableFuture<Void> told = new CompletableFuture<>();
        Round round = new Round(refusal -> told.complete(null));
        router.state().put(this, key, value, flags, round);
        round.answered(null);
        if (neighbour == null) {
            told.thenRun(() -> tell(out -> out.ok(number)));
        } else {
            settled = settled.isDone() ? told : CompletableFuture.allOf(settled, told);
            tell(out -> out.ok(number));
        }
    }

    /** When all that this session has put so far is everywhere. */
    void whenSettled(Runnable then) {
        settled.thenRun(then);
    }

    private void check(boolean allowed, String what, Object name) throws Refusal {
        if (!allowed) {
            throw new Refusal(Frame.FORBIDDEN, "'" + identity + "' may not " + what + " '" + name + "'");
        }
    }

    private boolean confirmed(int number) {
        return unconfirmed.remove(number) && registrations.containsKey(number);
    }

    private void register(int number, Object registration) {
        if (registrations.size() >= settings().maxRegistrations()) {
            release(registration);
            throw new Violation(Frame.LIMIT, "more than " + settings().maxRegistrations() + " registrations (registrations.max)");
        }
        if (registrations.putIfAbsent(number, registration) != null) {
            release(registration);
            throw new Violation("the number " + number + " is in use");
        }
    }

    void unregister(int number) {
        Object registration = registrations.remove(number);
        if (registration != null) {
            release(registration);
        }
    }

    private void release(Object registration) {
        if (registration instanceof Routing.Subscription subscription) {
            router.routing().unsubscribe(subscription);
            router.neighbours().unsubscribed(subscription);
            if (coming != null) {
                coming.remove(subscription);
            }
        } else if (registration instanceof RouterCalls.Server server) {
            router.calls().end(server);
        } else if (registration instanceof RouterState.Watch watch) {
            router.state().unwatch(watch);
        }
    }

    /** All that was registered before has been registered again. */
    void restored() {
        unconfirmed.forEach(this::unregister);
        unconfirmed.clear();
        if (coming == null) {
            return;
        }
        List<Routing.Subscription> all = coming;
        coming = null;
        router.routing().remind(this, all.stream().filter(one -> (one.flags() & Frame.RESTORED) != 0).toList());
        all.forEach(this::begin);
    }

    /** Whether it has begun and not told all its registrations. */
    boolean restoring() {
        return coming != null && peer != null;
    }
}
