package io.anole.provider.ros1.internal;

import io.anole.bus.Codec;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Checkup;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.ProvidesBus;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Buses that are a ROS 1 graph: each link is a node of it. Open ones are entered and left on any thread. */
@Component
@ProvidesBus(bus_provider = "ros1", bus_provider_exclusive = {"node.name", "port", "tcpros.port", "clock.hz"})
public final class Ros1Provider implements BusProvider, Checkup {
    private static final long PATIENCE_SECONDS = 4;

    private final XmlRpc xmlRpc;
    private final Codec json;
    private final Codec cbor;
    private final Set<Node> open = ConcurrentHashMap.newKeySet();

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
        GraphTime time = new GraphTime();
        Node node = new Node(settings, xmlRpc, new Bodies(json, cbor, settings, time), time, Logs.here(), listener);
        open.add(node);
        Ros1Link link = new Ros1Link(node, () -> open.remove(node));
        link.start();
        return link;
    }

    @Override
    public void check(LinkConfig config) {
        Settings.of(config, Environment.found());
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<Finding> findings = new ArrayList<>();
        for (Node node : open) {
            findings.addAll(new Examination(node, deadline).findings());
        }
        return findings;
    }
}
