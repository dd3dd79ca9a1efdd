package io.anole.supervisor;

import io.anole.process.ProcessInfo;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/**
 * Replaces processes by other versions of themselves. A service; safe for any thread.
 *
 * <pre>{@code
 * updates.refusal(bundle, manifest)                 // can the new version take the state? Nothing is touched yet
 * Update update = updates.begin(List.of(bundle));
 * update.handOver()                                 // the processes give their states and stand still; if it fails, they go on
 * bundle.stop(); bundle.update(jar); ...; bundle.start();
 * update.settled(new Trial(3, 0, Duration.ofSeconds(10)))
 *   succeeds: update.commit();
 *   fails:    update.restore(); bundle.stop(); bundle.update(formerJar); ...; bundle.start(); update.settled(...); update.commit();
 * }</pre>
 */
@ProviderType
public interface ProcessUpdates {
    /** The processes whose components are of this bundle and there, by name. */
    List<ProcessInfo> processesOf(Bundle bundle);

    /**
     * Why the processes of the bundle, as they are now, can't hand over to those of a bundle with this manifest, in one line;
     * empty if they can. Only what has a state to give is looked at: a process that implements
     * {@link io.anole.process.HandOver}.
     *
     * @param manifest the main attributes of the new jar's manifest
     */
    Optional<String> refusal(Bundle bundle, Map<String, String> manifest);

    /**
     * Begins an update: what these bundles' processes have registered on their buses outlives them until it is over.
     *
     * @param changing all bundles that will be stopped, those that only a refresh touches included, and those that are new
     * @throws IllegalStateException if one of them is in another update
     */
    Update begin(Collection<Bundle> changing);

    /**
     * Moves a process, running or not, to a JVM of its own or back, and writes that into its configuration. If it implements
     * {@link io.anole.process.HandOver} it gives its state and goes on with it there; mail waits meanwhile, and none is lost. If it does
     * not come alive there, it comes back.
     *
     * @param forked whether it is to have a JVM of its own
     * @return how it stands there; fails with {@link java.util.NoSuchElementException} if unknown, and with
     *         {@link IllegalStateException} and one line if it can't be or did not come alive
     */
    CompletionStage<ProcessInfo> move(String process, boolean forked);
}
