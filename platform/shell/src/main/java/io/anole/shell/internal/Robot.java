package io.anole.shell.internal;

import io.anole.access.Access;
import io.anole.access.Audit;
import io.anole.access.Users;
import io.anole.bridge.Bridge;
import io.anole.bus.Bus;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.bus.provider.Checkup;
import io.anole.config.Configurations;
import io.anole.core.Participants;
import io.anole.core.SafetyGate;
import io.anole.deployer.Deployments;
import io.anole.health.Leaks;
import io.anole.health.Readiness;
import io.anole.launcher.Features;
import io.anole.process.Supervisor;
import io.anole.supervisor.ProcessUpdates;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The parts of the running system that commands use. Each may come and go at any time, set by the framework's threads,
 * so commands ask for a part when they need it and its absence is one line to the user.
 */
@Component(service = Robot.class)
public final class Robot {
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Bus> buses = List.of();
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Bridge> bridges = List.of();
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Participants participants;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile SafetyGate safety;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Shapes shapes;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY, target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")")
    volatile Codec json;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY, target = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")")
    volatile Codec cbor;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Supervisor supervisor;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ProcessUpdates updates;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Deployments deployments;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Features features;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Readiness readiness;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Leaks leaks;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Access access;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Audit audit;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Users users;
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Configurations configurations;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Checkup> checkups = List.of();

    private final BundleContext context;

    @Activate
    public Robot(BundleContext context) {
        this.context = context;
    }

    BundleContext context() {
        return context;
    }

    /** The home directory, empty in a framework that was not started by the launcher. */
    static Optional<Path> home(BundleContext context) {
        return Optional.ofNullable(context.getProperty("anole.home")).map(Path::of);
    }

    Path home() {
        return home(context).orElseThrow(() -> new Failure(Failure.FAILED,
                "this runtime has no home directory: framework property anole.home is not set"));
    }

    Bus bus(String name) {
        List<Bus> now = buses;
        return now.stream().filter(bus -> bus.name().equals(name)).findFirst()
                .orElseThrow(() -> new Failure(Failure.UNKNOWN, "there is no bus '" + name + "'" + (now.isEmpty()
                        ? " and no other: is a bus configured (io.anole.bus~" + name + ") and its provider there?"
                        : "; there are: " + now.stream().map(Bus::name).sorted().collect(Collectors.joining(", ")))));
    }

    Participants participants() {
        return present(participants, "the bus hub", "io.anole.core");
    }

    SafetyGate safety() {
        return present(safety, "the safety gate", "io.anole.core");
    }

    Shapes shapes() {
        return present(shapes, "message conversion", "io.anole.core");
    }

    Codec json() {
        return present(json, "the JSON codec", "io.anole.codec");
    }

    Codec cbor() {
        return present(cbor, "the CBOR codec", "io.anole.codec");
    }

    Supervisor supervisor() {
        return present(supervisor, "the supervisor of processes", "io.anole.supervisor");
    }

    ProcessUpdates updates() {
        return present(updates, "the supervisor of processes", "io.anole.supervisor");
    }

    Deployments deployments() {
        return present(deployments, "the deploy directory's watcher", "io.anole.deployer");
    }

    Audit audit() {
        return present(audit, "the audit log", "io.anole.access");
    }

    Users users() {
        return present(users, "the list of users", "io.anole.access");
    }

    Configurations configurations() {
        return present(configurations, "the keeper of configurations", "io.anole.config");
    }

    Features features() {
        if (features == null) {
            throw new Failure(Failure.FAILED, "this runtime has no features: it was not started by the launcher");
        }
        return features;
    }

    private static <T> T present(T part, String what, String bundle) {
        if (part == null) {
            throw new Failure(Failure.FAILED, what + " is not there: is bundle " + bundle
                    + " active? See ./anole bundle list");
        }
        return part;
    }
}
