package io.anole.provider.local.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of a bus with this provider, as tools show them. */
@ObjectClassDefinition(pid = "io.anole.bus.keys.local", name = "Local bus",
        description = "Keys that the provider local reads from the configuration of a bus, io.anole.bus~NAME.")
@interface LocalKeys {
    @AttributeDefinition(name = "Kept messages", min = "1", max = "16777216",
            description = "Messages kept for late subscribers at most.")
    int retained_max() default 10_000;

    @AttributeDefinition(name = "Keys of the state", min = "1", max = "16777216", description = "Keys of the state at most.")
    int state_max() default 100_000;
}
