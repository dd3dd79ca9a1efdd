package io.anole.bus.provider;

import io.anole.bus.Message;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An answer that may be fetched by who waits for it, which saves that thread's wake-up. A stage that {@link Link#request}
 * returns may be one; it completes by itself all the same where nobody waits.
 */
@ConsumerType
public interface Fetchable extends CompletionStage<Message> {
    /**
     * Called by a thread that is about to sleep until the answer is there: it may be used for a moment, and the stage be
     * completed on it. Returns when the stage is complete, or after about as long as being woken takes; the thread then sleeps as
     * it would for any stage. Throws nothing, and leaves it to the caller whether the thread was interrupted.
     *
     * @param limit how long the thread would wait, in nanoseconds
     */
    void fetch(long limit);
}
