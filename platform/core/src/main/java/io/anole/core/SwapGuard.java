package io.anole.core;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells of those who could not follow a bus to where it is to be moved. A service; each is asked before a swap opens anything. The thread
 * that asks holds the bus where it is meanwhile, so that must not be waited for. One that throws keeps the bus where it is: a move can
 * be asked for again.
 */
@ConsumerType
public interface SwapGuard {
    /**
     * @param link what the bus is to be linked with, as {@link Links#of} tells it later
     * @return who would be left behind, why, and what to do, in one line; empty if nobody is
     */
    Optional<String> refusal(String bus, Map<String, Object> link);
}
