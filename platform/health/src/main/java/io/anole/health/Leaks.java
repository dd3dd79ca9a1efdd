package io.anole.health;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Bundles that were updated, refreshed or uninstalled, and whose former code is still in memory. A service. */
@ProviderType
public interface Leaks {
    /**
     * What can be told from inside, in milliseconds; to be sure that something is still held it may first ask for a garbage
     * collection, at most once in a configured time.
     *
     * @return nothing if all is well, or if it is too early to tell
     * @throws IOException with a sentence for a user: this can't be told
     */
    List<Leak> look() throws IOException;

    /**
     * As {@link #look()}, and finds out by what each is held: writes all that is in memory to a file, which holds the whole robot
     * for a second or so, and reads it in another JVM. Takes seconds.
     *
     * @throws IOException with a sentence for a user: this can't be told
     */
    List<Leak> search() throws IOException, InterruptedException;
}
