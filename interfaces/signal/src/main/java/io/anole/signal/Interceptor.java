package io.anole.signal;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Adds to signals as they are triggered, such as a time stamp. A whiteboard service; several run by service ranking. */
@ConsumerType
@FunctionalInterface
public interface Interceptor {
    /**
     * What to add to the signal's {@link Signal#info()}; called on the triggering thread, must not block.
     *
     * @param sender who triggers
     * @param event  which event
     * @param data   its body
     */
    Map<String, String> info(String sender, String event, Object data);
}
