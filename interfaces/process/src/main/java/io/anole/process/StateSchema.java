package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Which version of the state a {@link HandOver} gives, and which it takes: properties {@code process.state.version} and
 * {@code process.state.accepts}, and a capability of the bundle, so that an update that does not fit is refused by the jar's
 * manifest, before the old version stops. Without it a process gives and takes version 1.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Capability(namespace = StateSchema.NAMESPACE, attribute = "component=${@class}")
public @interface StateSchema {
    /** Prefix of the properties' names. */
    String PREFIX_ = "process.state.";
    /** Namespace of the capability; its attribute {@code component} is the name of the class that is annotated. */
    String NAMESPACE = "io.anole.process.state";

    /** The version it gives. */
    @Attribute("state.version")
    int version();

    /** The versions it takes, its own among them if it does. */
    @Attribute("state.accepts")
    int[] accepts();
}
