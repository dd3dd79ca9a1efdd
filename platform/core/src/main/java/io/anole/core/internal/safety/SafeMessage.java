package io.anole.core.internal.safety;

/**
 * What subscribers are told when a topic has to be safe.
 *
 * @param type the type's name, or empty
 * @param tree the body; what it leaves out is zero
 */
public record SafeMessage(String type, Object tree) {
}
