package io.anole.core;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows who would be left behind if a bus were moved. A service; every one there is asked before each swap, whoever wants that, and
 * before anything is opened for it. A bus does not wait for guards to come, nor asks them as it starts.
 *
 * <p>Asked on any thread, while the bus is held for the swap: it answers at once, from what it knows, and neither waits nor swaps.
 * It may ask {@link Links}.
 */
@ConsumerType
@FunctionalInterface
public interface SwapGuard {
    /**
     * Why the bus is to stay where it is.
     *
     * <p>One that throws refuses nothing, which is logged: a bus is moved also to get it off a system that is dead, and from there
     * what is broken elsewhere must not keep it.
     *
     * @param bus  the bus's name
     * @param link what {@link Links#of} will tell of it when it has been moved: {@code provider} and the keys of its configuration,
     *             secrets among them
     * @return one line without a full stop that names who is left behind and says what to do; empty if it may go
     */
    Optional<String> refusal(String bus, Map<String, Object> link);
}
