package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** The process's name, unique in a runtime: property {@code process.name}. Lower case letters, digits, {@code - _ .}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProcessName {
    /** For example {@code hello}; see {@link ManagedProcess}. */
    String value();
}
