package io.anole.facades.internal.signal;

/**
 * A request as it travels.
 *
 * @param method which method
 * @param params its parameters
 */
record Ask(String method, Object params) {
}
