package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The callers of one bus, and whether their calls are held back. While the bus moves they are: what is called meanwhile goes over
 * the next link after all that went over the former one, so it comes to a service in the order in which it was called.
 *
 * <p>Whoever moves the bus says when, one at a time. This object's lock guards who is here together with whether they are held
 * back: else one that comes now could be held back after all others were let go, and wait until the next move. It may be taken
 * with the hub's lock, so nothing is sent with it. What waits belongs to each caller, and is guarded by that one's own lock.
 */
final class Callers {
    /** By source. Written with this object's lock. */
    private final Map<String, HubCaller<?, ?>> bySource = new ConcurrentHashMap<>();
    /** Guarded by this object. */
    private boolean holding;

    /** One that nobody calls with yet. */
    synchronized void add(HubCaller<?, ?> caller) {
        bySource.put(caller.source(), caller);
        if (holding) {
            caller.hold();
        }
    }

    synchronized void remove(HubCaller<?, ?> caller) {
        bySource.remove(caller.source());
    }

    /** Holds calls back, also of callers that come now. */
    void hold() {
        synchronized (this) {
            holding = true;
        }
        all().forEach(HubCaller::hold);
    }

    /** Calls go on, those first that were held back. */
    void release() {
        synchronized (this) {
            holding = false;
        }
        all().forEach(HubCaller::release);
    }

    /** A service of this runtime has a request that came over a wire; perhaps from one of these. */
    void entered(Message request) {
        HubCaller<?, ?> caller = bySource.get(request.source());
        if (caller != null) {
            caller.entered(request.sequence());
        }
    }

    /** Those that are here, as they come and go. */
    Collection<HubCaller<?, ?>> all() {
        return Collections.unmodifiableCollection(bySource.values());
    }
}
