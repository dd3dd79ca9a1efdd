package io.anole.signal;

import java.util.List;

/**
 * A sender that is there.
 *
 * @param sender   its name
 * @param events   its events, sorted, the two of presence included
 * @param requests the methods it answers, sorted
 * @param any      whether it answers any other method too
 */
public record Presence(String sender, List<String> events, List<String> requests, boolean any) {
}
