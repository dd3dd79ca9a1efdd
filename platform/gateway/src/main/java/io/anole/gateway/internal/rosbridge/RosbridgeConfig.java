package io.anole.gateway.internal.rosbridge;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of the WebSocket door. */
@ObjectClassDefinition(name = "Anole gateway: rosbridge", description = "Bounds of the rosbridge WebSocket")
@interface RosbridgeConfig {
    String PID = "io.anole.gateway.rosbridge";

    @AttributeDefinition(name = "Clients", description = "That may be connected at a time", min = "1", max = "10000")
    int clients_max() default 128;

    @AttributeDefinition(name = "Registrations", description = "Topics, services and called services of one client", min = "1",
            max = "100000")
    int registrations_max() default 256;

    @AttributeDefinition(name = "Calls", description = "Of one client, and to one client, that may wait for their answer",
            min = "1", max = "100000")
    int calls_max() default 64;

    @AttributeDefinition(name = "Frame", description = "Largest frame a client may send, in bytes", min = "1024")
    int frame_max_bytes() default 16 << 20;

    @AttributeDefinition(name = "Buffer", description = "Messages that may wait for one client, in bytes of memory", min = "1024")
    long buffer_max_bytes() default 64 << 20;

    @AttributeDefinition(name = "Queue", description = "Messages of one topic that may wait for one client, unless its "
            + "subscription says queue_length", min = "1", max = "100000")
    int queue_default() default 64;

    @AttributeDefinition(name = "Age", description = "In ms. A message that has waited longer gives way to a newer one of its "
            + "topic, unless the subscription says queue_length", min = "0")
    int age_max_ms() default 500;

    @AttributeDefinition(name = "Patience", description = "With a client that takes nothing, or is silent, in s", min = "1")
    int patience_s() default 60;
}
