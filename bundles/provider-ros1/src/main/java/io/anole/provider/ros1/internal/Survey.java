package io.anole.provider.ros1.internal;

import java.util.HashSet;
import java.util.Set;

/**
 * Asks the master every heartbeat who is there, as long as somebody wants to know: ROS tells nobody by itself. On the event
 * loop.
 */
final class Survey {
    private final Node node;
    private final Set<Listener> listeners = new HashSet<>();
    private int asked;
    private int round;

    Survey(Node node) {
        this.node = node;
    }

    /** Who wants to know. */
    interface Listener {
        /** @param number larger than that of all surveys begun before */
        void surveyed(View view, int number);
    }

    void want(Listener listener, boolean wanted) {
        if (wanted ? listeners.add(listener) : listeners.remove(listener)) {
            begin();
        }
    }

    /** Now, and from then on every heartbeat. */
    void begin() {
        ask(++round);
    }

    /** The number of the latest one that was begun. */
    int latest() {
        return asked;
    }

    private void ask(int of) {
        if (of != round || listeners.isEmpty() || node.uri().isEmpty() || node.closed()) {
            return;
        }
        int number = ++asked;
        node.master().call("getSystemState").whenComplete((state, error) -> node.run(() -> {
            if (node.closed()) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            View view = View.of(state);
            Set.copyOf(listeners).forEach(listener -> listener.surveyed(view, number));
            if (of == round) {
                node.later(() -> ask(of), node.settings().heartbeat());
            }
        }));
    }
}
