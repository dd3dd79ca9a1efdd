package io.anole.gateway.internal.rosbridge;

/** One WebSocket message to a client. Immutable; clients share it. */
sealed interface Frame {
    /** Text. */
    record Text(String text) implements Frame {
    }

    /** Bytes, which nobody changes. */
    record Bytes(byte[] bytes) implements Frame {
    }
}
