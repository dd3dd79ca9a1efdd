package io.anole.codec.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Limits of both codecs, for what is written as well as for what is read. */
@ObjectClassDefinition(name = "Anole codecs", description = "Limits of encoded bodies (JSON and CBOR)")
@interface CodecConfig {
    String PID = "io.anole.codec";

    @AttributeDefinition(name = "Bytes", description = "Largest encoded body, in bytes", min = "1")
    int max_bytes() default Limits.BYTES;

    @AttributeDefinition(name = "Depth", description = "Deepest nesting of maps and lists", min = "1", max = "500")
    int max_depth() default Limits.DEPTH;

    @AttributeDefinition(name = "Elements", description = "Most values in a body, keys not counted", min = "1")
    int max_elements() default Limits.ELEMENTS;

    @AttributeDefinition(name = "Text", description = "Longest text, in characters; bytes in JSON are text too", min = "1")
    int max_text() default Limits.TEXT;

    @AttributeDefinition(name = "Key", description = "Longest key of a map, in characters", min = "1")
    int max_key() default Limits.KEY;

    @AttributeDefinition(name = "Number", description = "Longest number, in characters of its decimal form", min = "20")
    int max_number() default Limits.NUMBER;
}
