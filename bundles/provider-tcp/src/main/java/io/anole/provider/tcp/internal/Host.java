package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkListener;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A router with its doors, and the way to it inside this JVM. */
final class Host implements Connection.Way, AutoCloseable {
    private static final int CLOSE_MS = 1_000;

    private final RouterSettings settings;
    private final Transport transport;
    /** Null if there is no file. */
    private final Store store;
    private final Router router;
    /** Where it listens already; on the event loop. */
    private final List<Channel> doors = new ArrayList<>();
    /** Null for a root. */
    private Uplink uplink;
    private boolean linked;

    Host(RouterSettings settings, Transport transport, LinkListener listener) {
        this.settings = settings;
        this.transport = transport;
        this.store = store(settings);
        this.router = new Router(settings, transport.loop(), listener::dropped, store);
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

    /** Links the router to another as soon as its own doors are open. */
    void link(UplinkSettings above) {
        uplink = new Uplink(above, settings.bus(), router, transport.loop(), TcpProvider.way(transport, above.urls(), above.tls()), store);
    }

    /** Opens all doors, and then connects. */
    @Override
    public void connect(int turn, Function<Pipe, Peer> open, Consumer<String> failed) {
        if (doors.size() == settings.listen().size()) {
            Loopback.open(router, transport.loop(), "router on " + String.join(", ", where()), open);
            if (uplink != null && !linked) {
                linked = true;
                uplink.start();
            }
            return;
        }
        Endpoint at = settings.listen().get(doors.size());
        transport.listen(at, router::accept).whenComplete((door, error) -> {
            if (error != null) {
                failed.accept("can't listen on " + at + ": " + TcpProvider.reason(error));
            } else {
                doors.add(door);
                connect(turn, open, failed);
            }
        });
    }

    private List<String> where() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < doors.size(); i++) {
            Endpoint at = settings.listen().get(i);
            all.add(at.unix() ? at.text() : (at.tls() ? "tls://" : "tcp://") + at.host() + ":" + ((InetSocketAddress) doors.get(i).localAddress()).getPort());
        }
        return all;
    }

    @Override
    public void close() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        transport.loop().execute(() -> {
            doors.forEach(Channel::close);
            if (uplink != null) {
                uplink.close();
            }
            router.close();
            over.complete(null);
        });
        if (!transport.loop().inEventLoop()) {
            over.completeOnTimeout(null, CLOSE_MS, TimeUnit.MILLISECONDS).join();
        }
        transport.close();
        if (store != null) {
            store.close();
        }
    }
}
