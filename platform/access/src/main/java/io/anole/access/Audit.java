package io.anole.access;

import java.io.IOException;
import java.util.List;

/** What was changed, by whom, when and how it ended. Safe for any thread. */
public interface Audit {
    /**
     * Writes it down. Never throws: what can't be written is told in the log, and the robot goes on.
     *
     * @param door   where, in a word: {@code console}, {@code cli}
     * @param who    the name of a user or token
     * @param from   a network address, or empty
     * @param what   what was done to what; never a value that may be a secret
     * @param result in a word or a status
     */
    void record(String door, String who, String from, String what, String result);

    /**
     * The newest entries, oldest first, each a JSON object.
     *
     * @param most how many
     */
    List<String> latest(int most) throws IOException;
}
