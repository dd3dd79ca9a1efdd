package io.anole.bus.provider;

import org.osgi.annotation.versioning.ConsumerType;

/** Opens links to one kind of system. A service with the property {@link #KIND}; see {@link ProvidesBus}. */
@ConsumerType
public interface BusProvider {
    /** Service property: the kind, such as {@code mqtt}. */
    String KIND = "bus.provider";

    /**
     * Service property, optional: the keys of a configuration that only one link at a time can have, such as a client identifier or a
     * port to listen on. A link of the same configuration in another JVM is opened without them, so it must work without.
     */
    String EXCLUSIVE = "bus.provider.exclusive";

    /**
     * Opens a link. Returns at once, connected or not; the listener hears when it is up.
     *
     * @throws IllegalArgumentException with one line that names the key, what is wrong with its value and what would be
     *                                  right, if the configuration can never work
     */
    Link open(LinkConfig config, LinkListener listener);

    /**
     * Reads a configuration as {@link #open} does, and opens nothing: whoever changes it on a running system is told at once what is
     * wrong with it. Any thread; must not wait. A provider that does not say leaves it to {@code open}.
     *
     * @param config with the provider's own keys, as far as it describes them
     * @throws IllegalArgumentException as {@code open} does
     */
    default void check(LinkConfig config) {
    }
}
