package io.anole.console.internal.changes;

import java.util.Map;

/**
 * A part of the page "Live change": a service, there while what it shows is there. Called by the web server's threads, several
 * at a time.
 */
interface Part {
    /** Its name in the page's JSON, and in the paths of what it does. */
    String name();

    /** What it shows, as a tree for {@link Json}. */
    Object state();

    /**
     * Does something.
     *
     * @param action     what: the last part of the path
     * @param parameters of the request, each with its first value
     * @param who        the user, for the history
     * @return one line about it
     */
    String act(String action, Map<String, String> parameters, String who) throws Refusal;
}
