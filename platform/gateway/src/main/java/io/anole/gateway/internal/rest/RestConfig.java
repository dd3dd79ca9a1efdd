package io.anole.gateway.internal.rest;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of the REST API. */
@ObjectClassDefinition(name = "Anole gateway: REST", description = "Bounds of the REST API")
@interface RestConfig {
    String PID = "io.anole.gateway.rest";

    @AttributeDefinition(name = "Requests", description = "That may be under way at a time, streams not counted", min = "1",
            max = "1000")
    int requests_max() default 64;

    @AttributeDefinition(name = "Body", description = "Largest body of a request, in bytes", min = "1")
    int body_max_bytes() default 1 << 20;

    @AttributeDefinition(name = "Upload", description = "Largest jar that may be sent to be deployed, in bytes", min = "1")
    long upload_max_bytes() default 256L << 20;

    @AttributeDefinition(name = "Streams", description = "That may be open at a time", min = "1", max = "10000")
    int streams_max() default 64;

    @AttributeDefinition(name = "Read topics", description = "Topics whose messages are kept for 'latest' and 'drain' at a time; a "
            + "topic that nobody has asked for gives way after a minute", min = "1", max = "10000")
    int readers_max() default 64;

    @AttributeDefinition(name = "Kept messages", description = "Of one read topic", min = "1", max = "100000")
    int keep() default 100;

    @AttributeDefinition(name = "Kept bytes", description = "Of all messages kept for one topic or one stream, in memory; the "
            + "newest is always kept", min = "1")
    long keep_max_bytes() default 16 << 20;
}
