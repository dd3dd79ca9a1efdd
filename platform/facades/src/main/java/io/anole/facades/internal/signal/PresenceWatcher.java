package io.anole.facades.internal.signal;

import io.anole.bus.Name;
import io.anole.bus.Watcher;
import io.anole.signal.Listener;
import io.anole.signal.Presence;
import io.anole.signal.Router;
import io.anole.signal.Signal;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener who comes and goes; called serially. A null event stands for both. */
final class PresenceWatcher implements Watcher<Presence> {
    private static final Logger LOG = LoggerFactory.getLogger(PresenceWatcher.class);

    private final String event;
    private final Listener listener;
    private final Map<String, Presence> there = new HashMap<>();

    PresenceWatcher(String event, Listener listener) {
        this.event = event;
        this.listener = listener;
    }

    @Override
    public void put(Name key, Presence presence) {
        if (there.put(presence.sender(), presence) == null) {
            tell(Router.CONNECT, presence);
        }
    }

    @Override
    public void removed(Name key) {
        Presence gone = there.remove(Addresses.sender(key));
        if (gone != null) {
            tell(Router.DISCONNECT, gone);
        }
    }

    private void tell(String what, Presence presence) {
        if (event != null && !event.equals(what)) {
            return;
        }
        try {
            listener.heard(new Signal(presence.sender(), what, presence, Map.of()));
        } catch (Exception e) {
            LOG.warn("a listener to {} of {} failed", what, presence.sender(), e);
        }
    }
}
