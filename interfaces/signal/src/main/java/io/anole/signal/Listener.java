package io.anole.signal;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears signals, one at a time, never on a transport thread; may call anything. */
@ConsumerType
@FunctionalInterface
public interface Listener {
    /** @throws Exception is counted and logged; other listeners and later signals are not affected */
    void heard(Signal signal) throws Exception;
}
