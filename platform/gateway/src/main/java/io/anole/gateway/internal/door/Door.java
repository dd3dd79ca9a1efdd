package io.anole.gateway.internal.door;

import io.anole.access.Act;
import io.anole.bus.Bus;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.core.Endpoint;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * What of one bus its configuration shows, and nothing else: every name that comes from outside is held against it here. A
 * changed configuration, or another bus, is another door: clients of the old one are sent away and come again.
 *
 * <p>Safe for any thread.
 */
@Component(service = Door.class, configurationPid = "io.anole.gateway.bus", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DoorConfig.class, factory = true)
public final class Door {
    private static final String PARAM = "@param";
    private static final int LEAST_BUFFER = 32;
    private static final int MOST_BUFFER = 1024;

    private final Participants participants;
    private final String name;
    private final Rules reads;
    private final Rules writes;
    private final Rules services;
    private final Rules serves;
    private final Rules params;
    private final ParticipantBus bus;
    private final Graph graph = new Graph();
    private final Set<Name> paramNames = new ConcurrentSkipListSet<>();

    @Activate
    public Door(@Reference(name = "bus") Bus bus, @Reference Participants participants, DoorConfig config) {
        this.participants = participants;
        this.name = bus.name();
        this.reads = Rules.of("reads", config.topics(), config.reads());
        this.writes = Rules.of("writes", config.topics(), config.writes());
        this.services = Rules.of("services", config.services());
        this.serves = Rules.of("serves", config.serves());
        this.params = Rules.of("params", config.params());
        this.bus = participants.open(name, "gateway", null);
        this.bus.watch(Endpoint.ALL, Object.class, graph);
        this.bus.watch(PARAM + "/**", Object.class, new Watcher<Object>() {
            @Override
            public void put(Name key, Object value) {
                Name param = Name.of(key.toString().substring(PARAM.length() + 1));
                if (params.hold(param)) {
                    paramNames.add(param);
                }
            }

            @Override
            public void removed(Name key) {
                paramNames.remove(Name.of(key.toString().substring(PARAM.length() + 1)));
            }
        });
    }

    /**
     * How to subscribe for a client: kept messages first, and never a publisher held back. What comes in a burst waits in the
     * bus until it is taken over to the client's own queue of this length.
     */
    public static Qos reading(int queue) {
        return Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL)
                .buffer(Qos.Overflow.DROP_OLDEST, Math.max(LEAST_BUFFER, Math.min(MOST_BUFFER, queue)));
    }

    /** The bus's name. */
    public String name() {
        return name;
    }

    /** A view of the bus for one client, to be closed by whoever asks for it. */
    public ParticipantBus open(String participant) {
        return participants.open(name, participant, null);
    }

    /** The gateway's own view of the bus. */
    public Bus bus() {
        return bus;
    }

    public Graph graph() {
        return graph;
    }

    /** Topics that are there and may be read or written. */
    public Set<Name> topics() {
        return graph.names(topic -> reads.hold(topic) || writes.hold(topic), Kind.PUBLISHER, Kind.SUBSCRIPTION);
    }

    /** Services that are there and may be called. */
    public Set<Name> services() {
        return graph.names(services::hold, Kind.SERVICE);
    }

    /** Parameters that are set and may be read. */
    public Set<Name> params() {
        return new TreeSet<>(paramNames);
    }

    public boolean reads(Name topic) {
        return reads.hold(topic);
    }

    public boolean writes(Name topic) {
        return writes.hold(topic);
    }

    public boolean calls(Name service) {
        return services.hold(service);
    }

    /** The topic's name, if this visitor may read it. @throws Refusal if not */
    public Name readable(String topic, Visitor visitor) {
        return allowed(Act.SUBSCRIBE, visitor, exposed(reads, "topic", topic, "reading"));
    }

    /** The topic's name, if this visitor may write it. @throws Refusal if not */
    public Name writable(String topic, Visitor visitor) {
        return allowed(Act.PUBLISH, visitor, exposed(writes, "topic", topic, "writing"));
    }

    /** The service's name, if this visitor may call it. @throws Refusal if not */
    public Name callable(String service, Visitor visitor) {
        return allowed(Act.CALL, visitor, exposed(services, "service", service, "calling"));
    }

    /** The service's name, if this visitor may offer it. @throws Refusal if not */
    public Name servable(String service, Visitor visitor) {
        return allowed(Act.SERVE, visitor, exposed(serves, "service", service, "serving"));
    }

    /** @throws io.anole.bus.BusException.BadShape if the topic's or service's type is known, and the content doesn't fit it */
    public void check(Name name, Object content) {
        graph.typed(name, Kind.SERVICE, Kind.SUBSCRIPTION, Kind.PUBLISHER).ifPresent(endpoint -> endpoint.check(content));
    }

    /** Sets a parameter. @throws Refusal if it is not exposed, or not to this visitor */
    public CompletableFuture<Void> set(String param, Visitor visitor, Object value) {
        return bus.put(key(param, visitor), value, Lifetime.DURABLE);
    }

    /** A parameter. @throws Refusal if it is not exposed, or not to this visitor */
    public CompletableFuture<Optional<Value>> get(String param, Visitor visitor) {
        return bus.get(key(param, visitor), Value.class);
    }

    /** Deletes a parameter. @throws Refusal if it is not exposed, or not to this visitor */
    public CompletableFuture<Void> delete(String param, Visitor visitor) {
        return bus.remove(key(param, visitor));
    }

    private String key(String param, Visitor visitor) {
        return PARAM + allowed(Act.PARAM, visitor, exposed(params, "parameter", param, "use"));
    }

    private static Name allowed(Act act, Visitor visitor, Name name) {
        visitor.need(act, name);
        return name;
    }

    private Name exposed(Rules rules, String kind, String text, String use) {
        Name asked = name(text);
        if (!rules.hold(asked)) {
            throw new Refusal(404, kind + " " + asked + " of bus '" + name + "' is not exposed for " + use
                    + ": see io.anole.gateway.bus");
        }
        return asked;
    }

    private static Name name(String text) {
        try {
            return Name.of(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, e.getMessage());
        }
    }

    @Deactivate
    void close() {
        bus.close();
    }
}
