package io.anole.deployer;

import java.util.List;

/**
 * What a deploy does, told before anything is touched. A deploy computes the same plan and does exactly it.
 *
 * @param changes   what becomes of each bundle
 * @param refreshed symbolic names of other bundles that are restarted because they are wired to a changed one; only those
 *                  that must be
 * @param processes processes that the changes touch
 * @param refusals  why it would be refused, one line each with what to do; empty if it would be done
 * @param waits     what it would wait for first, one line each
 * @param notes     what is worth knowing, one line each
 */
public record Plan(List<Change> changes, List<String> refreshed, List<Touched> processes, List<String> refusals,
        List<String> waits, List<String> notes) {
    /** What becomes of a bundle. */
    public enum Action {
        /** There is none of that name yet. */
        INSTALL,
        /** Another version, or other content, takes the place of the present one. */
        UPDATE,
        /** It goes. */
        REMOVE,
        /** What was deployed over a bundle of a feature goes, and the feature's comes back. */
        RESTORE,
        /** This very content runs already. */
        KEEP
    }

    /**
     * One bundle's part.
     *
     * @param action     what becomes of it
     * @param bundle     symbolic name
     * @param from       version that is there, empty if none is
     * @param fromSha256 digest of the deployed jar that is there; empty if none is, or it came with a feature
     * @param to         version that comes, empty if none does
     * @param toSha256   digest of the jar that comes, empty if none does
     * @param file       name in the deploy directory
     */
    public record Change(Action action, String bundle, String from, String fromSha256, String to, String toSha256,
            String file) {
        /** As a user reads it. */
        @Override
        public String toString() {
            return switch (action) {
                case INSTALL -> "install " + bundle + " " + to;
                case UPDATE -> "update " + bundle + " " + from + " to " + to;
                case REMOVE -> "remove " + bundle + " " + from;
                case RESTORE -> "put " + bundle + " back as its feature brings it, in place of " + from;
                case KEEP -> "keep " + bundle + " " + to;
            };
        }
    }

    /**
     * A process that the changes touch.
     *
     * @param name   its name
     * @param state  its state now, in lower case
     * @param bundle the bundle it comes from
     */
    public record Touched(String name, String state, String bundle) {
    }

    public Plan {
        changes = List.copyOf(changes);
        refreshed = List.copyOf(refreshed);
        processes = List.copyOf(processes);
        refusals = List.copyOf(refusals);
        waits = List.copyOf(waits);
        notes = List.copyOf(notes);
    }
}
