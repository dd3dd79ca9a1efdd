package io.anole.provider.ros1.internal;

import static io.anole.bus.provider.Capabilities.Support.EMULATED;
import static io.anole.bus.provider.Capabilities.Support.NATIVE;
import static io.anole.bus.provider.Capabilities.Support.REFUSED;

import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import java.util.Map;

/** What ROS 1 can and can't do, in words. */
final class Able {
    private static final String PARAMETERS = "only the master's parameters, below /@param, and watches of who is there, below /@graph";

    private Able() {
    }

    static Capabilities of(Settings settings) {
        return new Capabilities(Map.ofEntries(
                Map.entry(Ability.BEST_EFFORT, NATIVE),
                Map.entry(Ability.RELIABLE, EMULATED),
                Map.entry(Ability.HOLDS, REFUSED),
                Map.entry(Ability.TRANSIENT_LOCAL, NATIVE),
                Map.entry(Ability.LIFESPAN, EMULATED),
                Map.entry(Ability.PATTERNS, EMULATED),
                Map.entry(Ability.REQUEST, NATIVE),
                Map.entry(Ability.EXCLUSIVE_SERVE, EMULATED),
                Map.entry(Ability.STATE, REFUSED),
                Map.entry(Ability.WATCH, REFUSED),
                Map.entry(Ability.EPHEMERAL, REFUSED),
                Map.entry(Ability.IDENTITY, REFUSED)), false, Math.min(settings.maxPayload(), Bodies.LARGEST_UNTYPED), Map.of(
                        Ability.RELIABLE, "by TCP: nothing is lost while a connection stands and its reader takes something every "
                                + settings.stall() + " ms; what is under way when it breaks is lost",
                        Ability.TRANSIENT_LOCAL, "latched; a publisher that is not Anole gives it to every subscription, wanted or not",
                        Ability.LIFESPAN, "kept here and between two of a kind; ROS itself knows none",
                        Ability.PATTERNS, "topic by topic; a new topic of a node that is not Anole is found within " + settings.heartbeat()
                                + " ms, and what it says before is missed",
                        Ability.REQUEST, "of ROS's types where the server has one; a server without is reached by Anole only",
                        Ability.EXCLUSIVE_SERVE, "asks the master and the server it names; two that register in the same moment both get it",
                        Ability.STATE, PARAMETERS,
                        Ability.WATCH, PARAMETERS,
                        Ability.IDENTITY, "any node can take any name"));
    }
}
