package io.anole.core.internal.safety;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where the robot says how it is. */
@ObjectClassDefinition(name = "Anole diagnostics")
@interface DiagnosticsConfig {
    @AttributeDefinition(name = "Buses", description = "Names of buses that have /diagnostics (diagnostic_msgs, once a second) besides those "
            + "with safety rules or an emergency stop; * for all.")
    String[] buses() default {};
}
