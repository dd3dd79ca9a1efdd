package io.anole.deployer;

/**
 * How one file of the deploy directory stands.
 *
 * @param file    the file's name
 * @param bundle  symbolic name of the bundle in it, empty if it could not be read
 * @param version the bundle's version, empty if it could not be read
 * @param state   where it is
 * @param detail  one line for a user: what is wrong and what to do; empty when nothing is to be said
 */
public record Deployment(String file, String bundle, String version, State state, String detail) {
    /** Where a file is. */
    public enum State {
        /** Not whole yet: it is waited for. */
        WAITING,
        /** Installed and started. */
        DEPLOYED,
        /** Refused; what ran before runs on. */
        FAILED,
        /** Left alone: another file holds the same bundle, or it is none. */
        IGNORED
    }
}
