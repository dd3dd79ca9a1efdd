package io.anole.console.internal.pages;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * What is behind a page: a service, there while what it shows is there. Called by the web server's threads, several at a time.
 */
interface Part {
    /** Its page's name. */
    String name();

    /**
     * What it shows, as a tree for {@link Json}.
     *
     * @param asked parameters of the request, each with its first value
     */
    Object state(Map<String, String> asked);

    /** What must be seen on all pages, one line each. */
    default List<String> alarms() {
        return List.of();
    }

    /**
     * Does something.
     *
     * @param action what: the last part of the path
     * @param asked  parameters of the request, each with its first value
     * @param who    the user, for the history
     * @return one line about it
     */
    String act(String action, Map<String, String> asked, String who);

    /**
     * Takes a file.
     *
     * @param asked parameters of the address
     * @param file  its bytes, as they come
     * @return one line about it
     */
    default String take(Map<String, String> asked, InputStream file, String who) throws IOException {
        throw new Refusal(415, "no file is taken here");
    }
}
