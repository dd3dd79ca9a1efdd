package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** How often {@link ManagedProcess#life()} runs: property {@code process.frequency.hz}. Without it the runtime's default holds, 30 Hz. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Frequency {
    /** Prefix of the property's name. */
    String PREFIX_ = "process.frequency.";

    /** Cycles per second, above 0 and at most 1000; fractions are allowed: 0.2 is every five seconds. */
    double hz();
}
