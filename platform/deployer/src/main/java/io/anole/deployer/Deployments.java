package io.anole.deployer;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Brings bundles into the running robot, and former versions back: by the deploy directory, where a bundle that is copied
 * there is installed, replaced when the file changes and removed with it, and by the calls here. A service; safe for any
 * thread, never blocks. Changes are made one after the other.
 */
@ProviderType
public interface Deployments {
    /** The directory. */
    Path directory();

    /** Its files as of the last look, by name. */
    List<Deployment> list();

    /** What deploying these files, as one set, would do. */
    CompletableFuture<Plan> plan(List<Path> files);

    /**
     * Deploys these files as one set, all or none: does what {@link #plan} says, watches the outcome and commits it, or brings
     * the former versions back. What is committed is put into the deploy directory.
     *
     * @param who      for the history
     * @param progress is told each step in a line, on the deployer's thread
     * @return what became of it; fails only if the deployer itself ends first
     */
    CompletableFuture<Outcome> deploy(List<Path> files, String who, Consumer<String> progress);

    /**
     * Brings a former version of a deployed bundle back, watched like any deploy.
     *
     * @param version one of {@link #versions}, or empty for the one before
     */
    CompletableFuture<Outcome> rollback(String bundle, String version, String who, Consumer<String> progress);

    /**
     * Takes files away from the deploy directory, and, as one set, the bundles that no other file there holds.
     *
     * @param files names of files of the directory
     * @return what became of it, with a change for each bundle that went; fails if there is no such file
     */
    CompletableFuture<Outcome> remove(List<String> files, String who, Consumer<String> progress);

    /** Versions of a deployed bundle that are kept, the present one first; empty if nothing is deployed under this name. */
    List<String> versions(String bundle);

    /** What was done, the newest first; bounded. */
    List<Outcome> history();
}
