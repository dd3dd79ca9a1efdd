package io.anole.provider.ros1.internal;

import io.anole.bus.Codec;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.ProvidesBus;
import io.anole.ros1.xmlrpc.XmlRpc;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Buses that are a ROS 1 graph: each link is a node of it. */
@Component
@ProvidesBus(bus_provider = "ros1")
public final class Ros1Provider implements BusProvider {
    private final XmlRpc xmlRpc;
    private final Codec json;
    private final Codec cbor;

    @Activate
    public Ros1Provider(@Reference XmlRpc xmlRpc, @Reference(target = "(codec.mediatype=application/json)") Codec json,
            @Reference(target = "(codec.mediatype=application/cbor)") Codec cbor) {
        this.xmlRpc = xmlRpc;
        this.json = json;
        this.cbor = cbor;
    }

    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        Settings settings = Settings.of(config, Environment.found());
        Ros1Link link = new Ros1Link(new Node(settings, xmlRpc, new Bodies(json, cbor, settings), listener));
        link.start();
        return link;
    }
}
