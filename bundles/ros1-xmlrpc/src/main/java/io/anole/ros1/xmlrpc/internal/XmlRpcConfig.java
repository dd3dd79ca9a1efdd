package io.anole.ros1.xmlrpc.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What other ROS nodes may use up here. */
@ObjectClassDefinition(name = "Anole XML-RPC", description = "Limits for what ROS nodes and masters send.")
@interface XmlRpcConfig {
    @AttributeDefinition(name = "Largest document", description = "Bytes of one request or response; 1024 to 1073741824.")
    int max_body() default 16 << 20;

    @AttributeDefinition(name = "Most memory", description = "Bytes of all requests and responses together that are being "
            + "received or read; at least the largest document.")
    long max_buffered() default 64 << 20;

    @AttributeDefinition(name = "Largest header", description = "Bytes of the HTTP header of one; 256 to 1048576.")
    int max_header() default 8 << 10;

    @AttributeDefinition(name = "Deepest nesting", description = "Arrays and structs in each other; 1 to 512.")
    int max_depth() default 64;

    @AttributeDefinition(name = "Most values", description = "Values in one document.")
    int max_values() default 500_000;

    @AttributeDefinition(name = "Longest text", description = "Characters of one string, name or base64.")
    int max_text() default 8 << 20;

    @AttributeDefinition(name = "Request time-out", description = "Milliseconds from the first byte of a request to its last, "
            + "and for a response to be taken.")
    long request_timeout_ms() default 10_000;

    @AttributeDefinition(name = "Idle time-out", description = "Milliseconds until a connection nothing comes on is closed.")
    long idle_timeout_ms() default 120_000;
}
