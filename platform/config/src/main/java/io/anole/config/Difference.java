package io.anole.config;

/**
 * A key that is not the same in two states of the configurations.
 *
 * @param before a text, a list of texts, or null if it was not set; {@link Setting#MASK} if it is secret
 * @param after as above
 */
public record Difference(String pid, String key, Object before, Object after) {
}
