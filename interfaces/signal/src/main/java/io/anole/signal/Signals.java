package io.anole.signal;

import io.anole.bus.Bus;
import org.osgi.annotation.versioning.ProviderType;

/** Gives routers. A service. */
@ProviderType
public interface Signals {
    /**
     * A router over the bus. Its senders and listeners carry the identity, and its listeners run on the lane, of that view
     * of the bus; with a process's {@code mail.bus()} that is the process's own thread.
     */
    Router router(Bus bus);
}
