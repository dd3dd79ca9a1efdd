package io.anole.broker.mqtt.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Of the embedded broker. */
@ObjectClassDefinition(name = "Anole MQTT broker", description = "An MQTT 5 broker inside this runtime.")
@interface BrokerConfig {
    @AttributeDefinition(name = "Host", description = "Address to listen on. Others than the loopback interface need a user "
            + "and a password.")
    String host() default "127.0.0.1";

    @AttributeDefinition(name = "Port", description = "TCP port; 0 for any that is free.")
    int port() default 1883;

    @AttributeDefinition(name = "Persistent", description = "Keep retained and queued messages in data/broker-mqtt of the "
            + "home directory, so that they survive a restart.")
    boolean persistent() default false;

    @AttributeDefinition(name = "Most connections", description = "Clients at once; 1 to 65535.")
    int max_connections() default 256;

    @AttributeDefinition(name = "Largest packet", description = "Bytes of one MQTT packet; 1024 to 268435456.")
    int max_packet() default 16 << 20;

    @AttributeDefinition(name = "Most memory", description = "Bytes of messages in memory, all together. Beyond it messages "
            + "go to disk if persistent, else publishers are refused; at least 1048576.")
    long max_memory() default 64 << 20;

    @AttributeDefinition(name = "User", required = false, description = "Name clients must give; empty to let in every "
            + "client of this machine.")
    String user() default "";

    @AttributeDefinition(name = "Password", required = false, type = AttributeType.PASSWORD,
            description = "Password clients must give.")
    String _password() default "";
}
