package io.anole.graph;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears what has appeared and vanished. Called one at a time; must not block. */
@ConsumerType
@FunctionalInterface
public interface ChangeListener {
    /** What has changed. */
    enum Kind { TOPIC, SERVICE, PARAM }

    /** Exactly what was added and removed since the last call for this kind; never both empty. */
    void changed(Kind kind, Set<String> added, Set<String> removed);
}
