package io.anole.types.diagnostic;

import io.anole.bus.TypeName;

/**
 * One measured thing.
 *
 * @param key   what
 * @param value how much
 */
@TypeName("diagnostic_msgs/KeyValue")
public record KeyValue(String key, String value) {
}
