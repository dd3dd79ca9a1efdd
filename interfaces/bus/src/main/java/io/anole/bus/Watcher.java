package io.anole.bus;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears state: the whole snapshot, then {@link #synced()}, then changes, nothing twice; after a lost link the differences,
 * then {@code synced()} again. Called on the lane of its watch, one event at a time. A key that changes faster than it is
 * heard is told by its newest value; that it was gone is told all the same, once, so that a change of its owner is seen. Of
 * the keys that came and went unheard the first 1,024 are told.
 *
 * @param <T> the values' class
 */
@ConsumerType
public interface Watcher<T> {
    /** The key has this value now; null is a value. */
    void put(Name key, T value);

    /** The key has no value any more. */
    void removed(Name key);

    /** All that was there has been told. */
    default void synced() {
    }
}
