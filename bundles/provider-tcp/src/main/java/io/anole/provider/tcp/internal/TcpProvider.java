package io.anole.provider.tcp.internal;

import io.anole.bus.Codec;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.ProvidesBus;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslContext;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Buses over a router: the link either is the router, and a client of itself, or a client of one elsewhere. */
@Component
@ProvidesBus(bus_provider = "tcp")
public final class TcpProvider implements BusProvider {
    private final Codec json;
    private final Codec cbor;
    private final Hosts hosts = new Hosts();

    @Activate
    public TcpProvider(@Reference(target = "(codec.mediatype=application/json)") Codec json,
            @Reference(target = "(codec.mediatype=application/cbor)") Codec cbor) {
        this.json = json;
        this.cbor = cbor;
    }

    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        Settings settings = Settings.of(config);
        Wire wire = new Wire(cbor, json, settings.json(), settings.maxPayload());
        TcpLink link;
        if (settings.router() == null) {
            Transport transport = new Transport(config.bus());
            link = new TcpLink(settings, wire, listener, transport.loop(),
                    way(transport, settings.urls(), settings.tls(), settings.maxFrame()), transport);
        } else {
            Host.Tenant tenant = hosts.enter(settings, listener);
            link = new TcpLink(settings, wire, listener, tenant.loop(), tenant, tenant);
        }
        link.start();
        return link;
    }

    @Override
    public void check(LinkConfig config) {
        Settings.of(config);
    }

    /** To one after the other. */
    static Connection.Way way(Transport transport, List<Endpoint> urls, SslContext tls, int maxFrame) {
        return (turn, open, failed) -> connect(transport, urls.get(turn % urls.size()), tls, maxFrame, open, failed);
    }

    private static void connect(Transport transport, Endpoint to, SslContext tls, int maxFrame, Function<Pipe, Peer> open,
            Consumer<String> failed) {
        ChannelFuture connecting;
        try {
            connecting = transport.connect(to, tls, maxFrame, open);
        } catch (UnknownHostException e) {
            failed.accept("can't connect to " + to + ": the host is not known");
            return;
        }
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                failed.accept("can't connect to " + to + ": " + reason(done.cause()));
            }
        });
    }

    static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
