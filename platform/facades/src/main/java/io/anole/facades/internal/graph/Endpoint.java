package io.anole.facades.internal.graph;

import io.anole.bus.Pattern;
import java.util.Map;

/**
 * An endpoint some participant has announced.
 *
 * @param kind        what it is
 * @param name        its name, or the pattern of a subscription
 * @param type        its type's name, empty if untyped
 * @param shape       its type's fields, empty if unknown
 * @param participant who has it
 */
record Endpoint(Kind kind, Pattern name, String type, Map<String, Object> shape, String participant) {
    enum Kind { PUBLISHER, SUBSCRIPTION, SERVICE }
}
