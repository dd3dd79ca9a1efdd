package io.anole.bus.provider;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * On the component of a {@link BusProvider}: sets its service properties, and gives the bundle a capability, so that a
 * feature can require "a provider of this kind" and the resolver can say which is missing.
 *
 * <p>What the keys of the configuration mean, tools are told by a metatype definition in the bundle: an annotation type with
 * {@code @ObjectClassDefinition(pid = "io.anole.bus.keys.<kind>")}.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@ComponentPropertyType
@Capability(namespace = "io.anole.bus.provider", version = "1.0.0")
public @interface ProvidesBus {
    /** The kind, such as {@code mqtt}. */
    @Attribute("bus.provider")
    String bus_provider();

    /** The keys of a configuration that only one link at a time can have; see {@link BusProvider#EXCLUSIVE}. */
    String[] bus_provider_exclusive() default {};
}
