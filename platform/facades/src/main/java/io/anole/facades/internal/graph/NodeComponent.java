package io.anole.facades.internal.graph;

import io.anole.bus.Bus;
import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.graph.Exposure;
import io.anole.graph.Node;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** One node per configuration. A changed exposure is taken over while the node goes on. */
@Component(configurationPid = "io.anole.graph", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true,
        service = {})
@Designate(ocd = NodeConfig.class, factory = true)
public final class NodeComponent {
    private final ParticipantBus bus;
    private final ExposedNode node;
    private final ServiceRegistration<Node> registration;

    @Activate
    public NodeComponent(BundleContext context, @Reference(name = "bus") Bus gate, @Reference Participants participants,
            @Reference Shapes shapes, NodeConfig config) {
        ExposureRules rules = ExposureRules.of(exposure(config));
        this.bus = participants.open(gate.name(), GraphView.NODE_PREFIX + config.node_name(), null);
        this.node = new ExposedNode(config.node_name(), bus, shapes, config.keep(), rules);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Node.NAME, config.node_name());
        properties.put(Bus.NAME, gate.name());
        this.registration = context.registerService(Node.class, node, properties);
    }

    private static Exposure exposure(NodeConfig config) {
        return new Exposure(both(config.topics(), config.reads()), both(config.topics(), config.writes()),
                List.of(config.services()), List.of(config.params()));
    }

    private static List<String> both(String[] some, String[] others) {
        return Stream.concat(Stream.of(some), Stream.of(others)).toList();
    }

    @Modified
    void modified(NodeConfig config) {
        node.expose(exposure(config));
    }

    @Deactivate
    void close() {
        registration.unregister();
        node.close();
        bus.close();
    }
}
