package io.anole.provider.tcp.internal;

import static io.anole.bus.provider.Capabilities.Support.EMULATED;
import static io.anole.bus.provider.Capabilities.Support.NATIVE;

import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.Capabilities.Support;
import java.util.EnumMap;
import java.util.Map;

/** What the router can do, and in words what it can't. */
final class Able {
    private Able() {
    }

    static Capabilities of(Settings settings) {
        Map<Ability, Support> all = new EnumMap<>(Ability.class);
        for (Ability ability : Ability.values()) {
            all.put(ability, NATIVE);
        }
        all.put(Ability.IDENTITY, EMULATED);
        boolean kept = settings.router() != null && settings.router().stateFile() != null;
        return new Capabilities(all, false, settings.maxPayload(), Map.of(
                Ability.HOLDS, "publishers keep what is not delivered, so that it outlasts a restart of the router but not of the publisher",
                Ability.TRANSIENT_LOCAL, "in the router's memory; after its restart publishers that are still there publish it again",
                Ability.STATE, kept ? "in the router's memory, and durable keys in its file"
                        : "in the router's memory: durable keys end with the router unless it has a state.file",
                Ability.IDENTITY, "the router checks sources if it has a clients.file; else any client that gets through is believed"));
    }
}
