package io.anole.core.internal.safety;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The emergency stop. */
@ObjectClassDefinition(name = "Anole emergency stop")
@interface StopConfig {
    @AttributeDefinition(name = "Persist", description = "Whether an emergency stop still holds after a restart of the runtime, and on "
            + "the buses' systems while it is gone.")
    boolean estop_persist() default true;
}
