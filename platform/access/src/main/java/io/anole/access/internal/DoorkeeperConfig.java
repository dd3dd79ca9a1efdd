package io.anole.access.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Who may come in. */
@ObjectClassDefinition(name = "Anole access", description = "Who may come in by the web server's doors")
@interface DoorkeeperConfig {
    String PID = "io.anole.access";

    @AttributeDefinition(name = "Host names", description = "Under which the doors may be used, besides those of this machine "
            + "itself (localhost, 127.0.0.1, [::1]); without port", required = false)
    String[] hosts() default {};

    @AttributeDefinition(name = "Origins", description = "Of web pages that may use the doors besides their own, such as "
            + "https://studio.example.org", required = false)
    String[] origins() default {};

    @AttributeDefinition(name = "Tokens", description = "Besides those of './anole user token', each name:role:sha256[:date]. The "
            + "role is viewer, operator or admin, the third part the token's SHA-256 in hexadecimal, the date (2027-01-31) the last "
            + "day it is good for. With any user or token nobody comes in without", required = false)
    String[] tokens() default {};

    @AttributeDefinition(name = "Local role", description = "Of programs on this machine while there are neither users nor "
            + "tokens: viewer, operator or admin")
    String local_role() default "operator";
}
