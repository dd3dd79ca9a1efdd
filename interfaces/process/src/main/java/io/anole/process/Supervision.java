package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * How the supervisor treats a process: properties {@code process.depends}, {@code process.autostart}, {@code process.bus},
 * {@code process.queue}, {@code process.stopSeconds} and {@code process.finishes}, which the configuration of the component
 * overrides. A change of {@code process.bus} or {@code process.queue} holds from the next birth on, the others at once.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Supervision {
    /** Prefix of the properties' names. */
    String PREFIX_ = "process.";

    /**
     * Names of processes that must be active first, and are stopped after this one. An order only: when one of them fails, or
     * is replaced by another version, this one goes on.
     */
    String[] depends() default {};

    /** Whether it is started as soon as it is there; otherwise on demand. */
    boolean autostart() default true;

    /** Which bus its mailbox uses. */
    String bus() default "main";

    /** Mails and messages its mailbox may hold, 1 to 1,048,576. */
    int queue() default 1024;

    /**
     * Longest that birth, a cycle or handler under way with the mail that waits, and death may each take when it is stopped,
     * in seconds, 0.1 to 3600; then the process's thread is interrupted.
     */
    double stopSeconds() default 10;

    /**
     * Whether it is to finish what it does when the runtime stops: it is then stopped only if it has not died by itself within
     * {@link #stopSeconds()}.
     */
    boolean finishes() default false;
}
