package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.PatternIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who hears what. The sessions of a name are found once and kept until a subscription comes or goes. For some time after
 * its start the router also remembers what it routes, for sessions of its predecessor that are not back yet.
 */
final class Routing {
    private final Router router;
    private final PatternIndex<Subscription> subscriptions = new PatternIndex<>();
    private final Map<Name, Route> routes = new LinkedHashMap<>();
    private final Map<Name, Routed> kept = new LinkedHashMap<>(16, 0.75f, true);
    /** Null when nobody is waited for any more. */
    private List<Remembered> remembered = new ArrayList<>();
    private long rememberedBytes;

    Routing(Router router) {
        this.router = router;
    }

    /** One subscription of a session. */
    record Subscription(RouterSession session, int id, int flags, Pattern pattern) {
        boolean reliable() {
            return (flags & Frame.RELIABLE) != 0;
        }

        boolean wantsKept() {
            return (flags & Frame.KEPT) != 0;
        }
    }

    /** One session that hears a name. */
    private record Target(RouterSession session, boolean reliable, Outbox.Lane lane) {
    }

    /** All sessions that hear a name; stale when subscriptions have changed. */
    static final class Route {
        private final Name name;
        private List<Target> targets;

        Route(Name name) {
            this.name = name;
        }
    }

    private record Remembered(Routed routed, Delivery delivery, boolean blocked) {
    }

    Route route(Name name) {
        Route route = routes.get(name);
        if (route == null) {
            if (routes.size() >= router.settings().maxRoutes()) {
                forgetRoutes();
                routes.clear();
            }
            route = new Route(name);
            routes.put(name, route);
        }
        return route;
    }

    private List<Target> targets(Route route) {
        if (route.targets == null) {
            Map<RouterSession, Boolean> sessions = new LinkedHashMap<>();
            subscriptions.match(route.name, one -> sessions.merge(one.session, one.reliable(), Boolean::logicalOr));
            List<Target> found = new ArrayList<>(sessions.size());
            sessions.forEach((session, reliable) -> found.add(new Target(session, reliable, session.outbox().lane(route.name))));
            route.targets = found;
        }
        return route.targets;
    }

    private void forgetRoutes() {
        routes.values().forEach(route -> {
            if (route.targets != null) {
                route.targets.forEach(target -> target.session.outbox().forgetIdle());
                route.targets = null;
            }
        });
    }

    /**
     * @param delivery null for a message that may be lost
     * @param from     hears it too, but not if it is a router: there it comes from
     */
    void publish(Route route, Routed routed, Delivery delivery, boolean keep, RouterSession from) {
        if (keep) {
            keep(routed);
        }
        for (Target target : targets(route)) {
            if (target.session == from && from.neighbour() != null) {
                continue;
            }
            int only = keep && target.session.neighbour() != null ? Frame.TO_KEEP : 0;
            if (delivery != null && target.reliable) {
                target.session.outbox().add(target.lane, routed, delivery, only);
            } else {
                target.session.outbox().pass(routed, only);
            }
        }
        if (delivery != null) {
            if (remembered != null) {
                remember(routed, delivery);
            }
            delivery.routed();
        }
    }

    /** A kept message comes from another router since somebody here has asked for those; who did not has nothing to do with it. */
    void replay(Routed routed, Delivery delivery, RouterSession from) {
        Routed before = kept.get(routed.name());
        if (before == null || before.left(System.nanoTime()) < 0 || Block.timeOf(before.block()) < Block.timeOf(routed.block())) {
            keep(routed);
            subscriptions.match(routed.name(), one -> {
                if (one.wantsKept() && one.session != from) {
                    one.session.outbox().add(one.session.outbox().lane(routed.name()), routed, delivery, one.id);
                }
            });
        }
        delivery.routed();
    }

    private void keep(Routed routed) {
        kept.put(routed.name(), routed);
        if (kept.size() > router.settings().maxKept()) {
            kept.remove(kept.keySet().iterator().next());
            router.dropped(Drop.OVERFLOW, 1);
        }
    }

    private void remember(Routed routed, Delivery delivery) {
        rememberedBytes += routed.block().length;
        boolean blocked = rememberedBytes > router.settings().returnBytes();
        remembered.add(new Remembered(routed, delivery, blocked));
        delivery.owe();
        if (blocked) {
            delivery.block();
        }
    }

    /** Who is not back by now is not waited for. */
    void forget() {
        List<Remembered> all = remembered == null ? List.of() : remembered;
        remembered = null;
        for (Remembered one : all) {
            if (one.blocked) {
                one.delivery.unblock();
            }
            one.delivery.done();
        }
    }

    void subscribe(Subscription subscription) {
        subscriptions.add(subscription.pattern, subscription);
        changed(subscription.pattern);
        if (subscription.wantsKept()) {
            long now = System.nanoTime();
            kept.values().removeIf(routed -> routed.left(now) < 0);
            for (Routed routed : List.copyOf(kept.values())) {
                if (subscription.pattern.matches(routed.name())) {
                    Delivery own = new Delivery(null, 0, 0, 1);
                    subscription.session.outbox().add(subscription.session.outbox().lane(routed.name()), routed, own, subscription.id);
                }
            }
        }
    }

    /** Gives a session that returned from this router's predecessor what was routed before it was back. */
    void remind(RouterSession session, List<Subscription> returned) {
        if (remembered == null) {
            return;
        }
        for (Remembered one : List.copyOf(remembered)) {
            boolean wanted = returned.stream().anyMatch(sub -> sub.reliable() && sub.pattern.matches(one.routed.name()));
            if (wanted && (session.neighbour() == null || one.delivery.from() != session)) {
                session.outbox().add(session.outbox().lane(one.routed.name()), one.routed, one.delivery, 0);
            }
        }
    }

    void unsubscribe(Subscription subscription) {
        subscriptions.remove(subscription.pattern, subscription);
        changed(subscription.pattern);
    }

    private void changed(Pattern pattern) {
        pattern.name().ifPresentOrElse(name -> {
            Route route = routes.get(name);
            if (route != null) {
                route.targets = null;
            }
        }, () -> routes.values().forEach(route -> {
            if (pattern.matches(route.name)) {
                route.targets = null;
            }
        }));
    }
}
