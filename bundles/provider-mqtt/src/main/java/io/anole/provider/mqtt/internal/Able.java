package io.anole.provider.mqtt.internal;

import static io.anole.bus.provider.Capabilities.Support.EMULATED;
import static io.anole.bus.provider.Capabilities.Support.NATIVE;
import static io.anole.bus.provider.Capabilities.Support.REFUSED;

import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import java.util.Map;

/** What MQTT can and can't do, in words. */
final class Able {
    private Able() {
    }

    static Capabilities of(Settings settings) {
        long detection = settings.keepAlive() * 3L / 2 + settings.willDelay();
        return new Capabilities(Map.ofEntries(
                Map.entry(Ability.BEST_EFFORT, NATIVE),
                Map.entry(Ability.RELIABLE, NATIVE),
                Map.entry(Ability.HOLDS, NATIVE),
                Map.entry(Ability.TRANSIENT_LOCAL, NATIVE),
                Map.entry(Ability.LIFESPAN, NATIVE),
                Map.entry(Ability.PATTERNS, NATIVE),
                Map.entry(Ability.REQUEST, NATIVE),
                Map.entry(Ability.EXCLUSIVE_SERVE, EMULATED),
                Map.entry(Ability.STATE, EMULATED),
                Map.entry(Ability.WATCH, EMULATED),
                Map.entry(Ability.EPHEMERAL, EMULATED),
                Map.entry(Ability.IDENTITY, REFUSED)), false, settings.maxPayload(), Map.of(
                        Ability.RELIABLE, "QoS 1; the broker may drop what it can't queue (Mosquitto: max_queued_messages), and tells nobody",
                        Ability.HOLDS, "for " + settings.sessionExpiry() + " s, and across a restart of the broker only if it persists sessions",
                        Ability.LIFESPAN, "to the millisecond where clocks agree within a second, else by the broker's whole seconds",
                        Ability.EXCLUSIVE_SERVE, "retained claims that every client sees; of several at once one wins",
                        Ability.STATE, "one retained message per key",
                        Ability.WATCH, "a subscription to the keys' messages, and a probe that marks the end of the snapshot",
                        Ability.EPHEMERAL, "retained message and last will; gone " + detection + " s after a silent loss at the latest",
                        Ability.IDENTITY, "any client can write any source unless the broker's access control forbids it"));
    }
}
