package io.anole.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * What follows when a process ends or fails, in the words of OTP supervisors: properties {@code process.restart.policy},
 * {@code process.restart.intensity}, {@code process.restart.periodSeconds}, {@code process.restart.delaySeconds},
 * {@code process.restart.maxDelaySeconds} and {@code process.restart.onLifeError}, which the configuration of the component overrides.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Restart {
    /** Prefix of the properties' names. */
    String PREFIX_ = "process.restart.";

    /** Always, after a failure only, or never. */
    Policy policy() default Policy.TRANSIENT;

    /** Most restarts within {@link #periodSeconds()}; beyond that the process stays failed. */
    int intensity() default 3;

    /** Length of the window in which restarts are counted, in seconds. */
    double periodSeconds() default 10;

    /**
     * Seconds to wait before a restart, 0 to 3600. Doubled each time, up to {@link #maxDelaySeconds()}, until the process has lived for
     * {@link #periodSeconds()}. Longer than that period divided by {@link #intensity()}, a process is restarted without end.
     */
    double delaySeconds() default 0;

    /** The longest such wait, in seconds; 0 to 3600. */
    double maxDelaySeconds() default 30;

    /** What an exception in {@link ManagedProcess#life()} or in a handler does. */
    OnError onLifeError() default OnError.CONTINUE;

    /** When to restart. */
    enum Policy {
        /** Always. */
        PERMANENT,
        /** After a failure, not after a normal end. */
        TRANSIENT,
        /** Never. */
        TEMPORARY
    }

    /** What an error in a cycle does. */
    enum OnError {
        /** It is counted and shown, and the process goes on. */
        CONTINUE,
        /** The process fails; the policy decides what follows. */
        FAIL
    }
}
