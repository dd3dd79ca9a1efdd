package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkListener;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A router with its doors, and the way to it inside this JVM. While a bus is configured anew it has two links, and both are
 * tenants of one router: the later one's configuration holds when the first has gone; if it goes itself, nothing has changed.
 * All belongs to the event loop, but what says otherwise.
 */
final class Host {
    private static final int CLOSE_MS = 1_000;

    private final Transport transport;
    /** Null if there is no file. */
    private final Store store;
    private final Router router;
    private final Predicate<Tenant> last;
    private final List<Tenant> tenants = new ArrayList<>();
    private final List<Door> doors = new ArrayList<>();
    /** Whose configuration holds. */
    private Settings settings;
    /** Null for a root. */
    private Uplink uplink;

    /**
     * On any thread.
     *
     * @param last told that a tenant leaves, says whether there are no more
     */
    Host(Settings settings, LinkListener listener, Predicate<Tenant> last) {
        this.settings = settings;
        this.last = last;
        this.store = store(settings.router());
        this.transport = new Transport(settings.bus());
        this.router = new Router(settings.router(), transport.loop(), listener::dropped, store);
    }

    private static Store store(RouterSettings settings) {
        if (settings.stateFile() == null) {
            return null;
        }
        try {
            return new Store(settings.bus(), settings.stateFile(), settings.stateBytes());
        } catch (IOException e) {
            throw new IllegalArgumentException("bus '" + settings.bus() + "': state.file: " + e.getMessage(), e);
        }
    }

    /** Where it listens; tenants may share it. */
    private static final class Door {
        private final Channel channel;
        /** As whose configuration holds has it. */
        private Endpoint at;

        Door(Channel channel, Endpoint at) {
            this.channel = channel;
            this.at = at;
        }

        String where() {
            return at.unix() ? at.text()
                    : (at.tls() ? "tls://" : "tcp://") + at.host() + ":" + ((InetSocketAddress) channel.localAddress()).getPort();
        }
    }

    /** On any thread. */
    Tenant enter(Settings with, LinkListener listener) {
        Tenant tenant = new Tenant(with, listener);
        transport.loop().execute(() -> tenants.add(tenant));
        return tenant;
    }

    /** A link that this router is the router of. */
    final class Tenant implements Connection.Way, AutoCloseable {
        private final Settings settings;
        private final LinkListener listener;
        /** Of what it listens at, those that are open. */
        private final List<Door> open = new ArrayList<>();

        private Tenant(Settings settings, LinkListener listener) {
            this.settings = settings;
            this.listener = listener;
        }

        /** On any thread. */
        Settings settings() {
            return settings;
        }

        /** On any thread. */
        Host host() {
            return Host.this;
        }

        /** On any thread. */
        EventLoop loop() {
            return transport.loop();
        }

        /** Opens all doors, and then connects. */
        @Override
        public void connect(int turn, Function<Pipe, Peer> hears, Consumer<String> failed) {
            List<Endpoint> listen = settings.router().listen();
            while (open.size() < listen.size()) {
                Endpoint at = listen.get(open.size());
                Door there = doors.stream().filter(door -> door.at.meets(at)).findFirst().orElse(null);
                if (there == null) {
                    listen(at, () -> connect(turn, hears, failed), failed);
                    return;
                }
                open.add(there);
            }
            Loopback.open(router, loop(), "router on " + String.join(", ", open.stream().map(Door::where).toList()), hears);
            if (settings == Host.this.settings && uplink == null) {
                link();
            }
        }

        /** The system's words, and what to do. */
        private static String advice(String reason) {
            return reason.contains("in use") ? reason + ": another program listens there; stop it, or choose another address (listen)"
                    : reason.contains("assign requested address") ? reason + ": it is none of this machine's; choose one that is (listen)"
                    : reason;
        }

        private void listen(Endpoint at, Runnable then, Consumer<String> failed) {
            Door[] made = new Door[1];
            transport.listen(at, () -> entrance(made[0]), router::accept).whenComplete((channel, error) -> {
                if (error != null) {
                    failed.accept("can't listen on " + at + ": " + advice(TcpProvider.reason(error)));
                } else {
                    made[0] = new Door(channel, at);
                    doors.add(made[0]);
                    open.add(made[0]);
                    tidy();
                    then.run();
                }
            });
        }

        /** On any thread. */
        @Override
        public void close() {
            boolean over = last.test(this);
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop().execute(() -> {
                tenants.remove(this);
                if (over) {
                    end();
                } else {
                    left(this);
                }
                done.complete(null);
            });
            if (!loop().inEventLoop()) {
                done.completeOnTimeout(null, CLOSE_MS, TimeUnit.MILLISECONDS).join();
            }
            if (over) {
                transport.close();
                if (store != null) {
                    store.close();
                }
            }
        }
    }

    /** None by a door of a configuration that does not hold yet: the one that does may ask nobody who he is. */
    private Optional<Transport.Entrance> entrance(Door by) {
        if (tenants.stream().noneMatch(one -> one.settings == settings && one.open.contains(by))) {
            return Optional.empty();
        }
        return Optional.of(new Transport.Entrance(by.at.tls() ? settings.tls() : null, settings.maxFrame()));
    }

    private void link() {
        UplinkSettings above = settings.uplink();
        if (above != null) {
            uplink = new Uplink(above, settings.bus(), router, transport.loop(), way(above), store);
            uplink.start();
        }
    }

    private Connection.Way way(UplinkSettings above) {
        return TcpProvider.way(transport, above.urls(), above.tls(), settings.maxFrame());
    }

    private void left(Tenant one) {
        if (one.settings == settings) {
            Tenant next = tenants.get(tenants.size() - 1);
            configure(next.settings, next.listener);
        }
        tidy();
    }

    private void configure(Settings to, LinkListener listener) {
        Settings before = settings;
        settings = to;
        for (Door door : doors) {
            to.router().listen().stream().filter(door.at::meets).findFirst().ifPresent(at -> door.at = at);
        }
        boolean encrypted = before.tls() != null || to.tls() != null;
        router.configure(to.router(), listener::dropped, encrypted || !to.router().keepsConnectionsOf(before.router()));
        if (store != null) {
            store.limit(to.router().stateBytes());
        }
        if (uplink == null) {
            link();
        } else if (to.uplink() == null) {
            uplink.close();
            uplink = null;
        } else if (!to.uplink().equals(before.uplink())) {
            uplink.configure(to.uplink(), way(to.uplink()));
        }
    }

    /** Closes the doors that nobody wants any more. */
    private void tidy() {
        doors.removeIf(door -> {
            boolean unwanted = tenants.stream().noneMatch(one -> one.open.contains(door));
            if (unwanted) {
                door.channel.close();
            }
            return unwanted;
        });
    }

    private void end() {
        doors.forEach(door -> door.channel.close());
        if (uplink != null) {
            uplink.close();
        }
        router.close();
    }
}
