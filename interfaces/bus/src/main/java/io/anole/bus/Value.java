package io.anole.bus;

/**
 * A value of state, which may be null where its absence is told otherwise.
 *
 * @param body   a record or a tree; see {@link Shapes}
 * @param type   the type's name, empty if untyped
 * @param source who wrote it, set by the platform
 */
public record Value(Object body, String type, String source) {
}
