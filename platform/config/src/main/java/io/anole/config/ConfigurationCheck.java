package io.anole.config;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells what is wrong with a configuration where no description of its bundle can: of keys that many components share. A service;
 * any thread, and it must not wait.
 */
@ConsumerType
public interface ConfigurationCheck {
    /**
     * @param properties as they are to be, without those that Configuration Admin adds
     * @return why they will not do, a line for each reason, without the PID; empty if nothing is wrong, or if the configuration is none of
     *         its concern
     */
    List<String> problems(String pid, Map<String, Object> properties);

    /**
     * Whether a configuration may have this key though the description of its bundle does not tell it. What value it takes, and that it is
     * not misspelt, is then {@link #problems} to tell.
     */
    default boolean knows(String pid, String key) {
        return false;
    }
}
