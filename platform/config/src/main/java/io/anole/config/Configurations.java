package io.anole.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configurations of this runtime: checked against their descriptions (metatype) before they are changed, and kept as
 * snapshots that can be compared and restored. What Configuration Admin was told by others is kept as well, and checked
 * afterwards. Secrets come in and never out: they are told as {@link Setting#MASK}. Any thread.
 */
@ProviderType
public interface Configurations {
    /** For {@link #compare}: the configurations as they are. */
    long NOW = 0;

    /** The PIDs of all configurations, in order. */
    List<String> pids();

    /**
     * All that is known of a configuration: what is set and what could be.
     *
     * @throws NoSuchElementException if there is no such configuration and nobody describes one
     */
    List<Setting> show(String pid);

    /**
     * Whether these properties would do for this PID.
     *
     * @throws InvalidConfiguration with every reason why not
     */
    void check(String pid, Map<String, Object> properties);

    /** What is set wrong in the configurations as they are, whoever made them: a line for each, with PID and key. */
    List<String> problems();

    /** What in them has no effect, since nobody here reads that key or that PID: a line for each. */
    List<String> strays();

    /**
     * Changes some keys of a configuration and leaves the others; makes it if there is none.
     *
     * @param changes texts, numbers, booleans or lists of these; made into the type that is described. Null unsets
     * @param unknown whether keys, and a PID, that nobody describes are taken all the same
     * @param who to be told with the snapshot
     * @return what has changed
     * @throws InvalidConfiguration if it would not do; then nothing was changed
     */
    List<Difference> set(String pid, Map<String, Object> changes, boolean unknown, String who);

    /** @throws NoSuchElementException if there is none */
    void delete(String pid, String who);

    /** Those that are kept, the oldest first. */
    List<Snapshot> snapshots();

    /**
     * What is different in the second, by PID and key.
     *
     * @param from the number of a snapshot, or {@link #NOW}
     * @throws NoSuchElementException if one is not kept
     */
    List<Difference> compare(long from, long to);

    /**
     * Makes configurations what they were. Those it did not have are deleted.
     *
     * @param pids only these, or all if empty
     * @return what has changed
     * @throws InvalidConfiguration if one would no longer do; then nothing was changed
     */
    List<Difference> restore(long snapshot, Collection<String> pids, String who);
}
