package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** How the supervisor treats a process: properties {@code process.*}, which its configuration overrides. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Supervision {
    /** Prefix of the properties' names. */
    String PREFIX_ = "process.";

    /** Names of processes that must be active first, and are stopped after this one. */
    String[] depends() default {};

    /** Whether it is started as soon as it is there; otherwise on demand. */
    boolean autostart() default true;

    /** Which bus its mailbox uses. */
    String bus() default "main";

    /** Mails and messages its mailbox may hold, 1 to 1,048,576. */
    int queue() default 1024;

    /** Longest that birth, a cycle under way, and death may each take when it is stopped, in seconds. */
    double stopSeconds() default 10;
}
