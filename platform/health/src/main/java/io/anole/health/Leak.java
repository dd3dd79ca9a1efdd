package io.anole.health;

import java.time.Instant;

/**
 * A former revision of a bundle that is still in memory, and one reason for it.
 *
 * @param bundle  symbolic name
 * @param version of the former revision
 * @param change  what ended it
 * @param when    it did
 * @param kind    by what it is held
 * @param holder  who holds it, in words
 * @param path    references from the former revision up to what is never collected; empty if this was not searched for
 */
public record Leak(String bundle, String version, Change change, Instant when, Kind kind, String holder, String path) {
    /** What ends a revision. */
    public enum Change { UPDATED, REFRESHED, UNINSTALLED }

    /** By what a revision is held. */
    public enum Kind {
        /** A thread runs its code, or was made by it. */
        THREAD("end it in @Deactivate"),
        /** A variable of a thread that others go on using. */
        THREAD_LOCAL("remove() what was set before the work given to such a thread ends, or end the thread"),
        /** Another bundle is wired to its packages. */
        WIRING("refresh it (web console: Refresh Package Imports)"),
        /** An object of another bundle, which may have got a service from it. */
        OBJECT("that bundle must let go when the service goes or the registration ends"),
        /** A static field of a class that stays. */
        STATIC_FIELD("take out in @Deactivate what was put in"),
        /** A management bean. */
        MBEAN("unregister it in @Deactivate"),
        /** A hook that runs when the JVM ends. */
        SHUTDOWN_HOOK("remove it in @Deactivate"),
        /** Nothing but soft references. */
        SOFT("nothing: it goes when memory is short"),
        /** Something else, or it was not searched for. */
        UNKNOWN("find out with 'anole doctor --leaks', which holds the robot for a moment");

        private final String advice;

        Kind(String advice) {
            this.advice = advice;
        }

        /** What is to be done, in words. */
        public String advice() {
            return advice;
        }
    }
}
