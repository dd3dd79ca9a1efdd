package io.anole.health.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Anole Leak Check", description = "Names bundles whose former code is still in memory.")
@interface LeakConfig {
    @AttributeDefinition(name = "Patience", description = "How long after an update, refresh or removal a bundle's former code may "
            + "still be in memory, in milliseconds.", min = "0")
    long held_ms() default 30_000;

    @AttributeDefinition(name = "Collections", description = "The least time between two garbage collections that the check asks "
            + "for, in milliseconds; it asks for none unless a bundle was changed.", min = "0")
    long collect_ms() default 60_000;

    @AttributeDefinition(name = "Remembered", description = "How many former revisions are watched; the oldest is forgotten.",
            min = "1", max = "10000")
    int remembered() default 256;

    @AttributeDefinition(name = "Search time", description = "The longest a search of all that is in memory may take, in "
            + "milliseconds.", min = "1000")
    long search_ms() default 40_000;
}
