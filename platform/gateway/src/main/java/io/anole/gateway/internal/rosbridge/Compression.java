package io.anole.gateway.internal.rosbridge;

import java.util.Locale;

/** How a client wants its messages; of several subscriptions to one topic the last in this order holds for all, as in rosbridge. */
enum Compression {
    /** JSON. */
    NONE,
    CBOR,
    /** CBOR around the message as ROS serialises it. */
    CBOR_RAW;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
