package io.anole.bridge;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** One configured bridge between two buses. A service; safe for any thread. */
@ProviderType
public interface Bridge {
    /** Its name: the part of its PID after {@code ~}. */
    String name();

    /** What it carries, in the order of its configuration, and how much of it so far. */
    List<Crossing> crossings();
}
