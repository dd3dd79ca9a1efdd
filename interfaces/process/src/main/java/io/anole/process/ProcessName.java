package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The process's name, unique in a runtime: property {@code process.name}. Lower case letters, digits, {@code - _ .}. It is also
 * a capability of the bundle, so that its manifest tells which processes are in it.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Capability(namespace = ProcessName.NAMESPACE, attribute = "component=${@class}")
public @interface ProcessName {
    /** Namespace of the capability; its attribute {@code component} is the name of the class that is annotated. */
    String NAMESPACE = "io.anole.process";

    /** For example {@code hello}; see {@link ManagedProcess}. */
    @Attribute("io.anole.process")
    String value();
}
