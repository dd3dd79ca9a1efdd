package io.anole.config.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Anole configurations", description = "What is kept of former configurations.")
@interface HistoryConfig {
    String PID = "io.anole.config";

    @AttributeDefinition(name = "Snapshots", description = "Kept before the oldest is deleted, 2 to 1000.", min = "2",
            max = "1000")
    int snapshots_max() default 100;

    @AttributeDefinition(name = "Quiet time", description = "Milliseconds after a change by others until a snapshot is taken, so "
            + "that changes which belong together become one; 10 to 60000.", min = "10", max = "60000")
    int quiet_ms() default 1000;
}
