package io.anole.gateway.internal.access;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Who may come in. */
@ObjectClassDefinition(name = "Anole gateway: access", description = "Who may use the REST API and rosbridge")
@interface AccessConfig {
    String PID = "io.anole.gateway.access";

    @AttributeDefinition(name = "Host names", description = "Under which the gateway may be used, besides those of this "
            + "machine itself (localhost, 127.0.0.1, [::1]); without port", required = false)
    String[] hosts() default {};

    @AttributeDefinition(name = "Origins", description = "Of web pages that may use the gateway besides its own, such as "
            + "https://studio.example.org", required = false)
    String[] origins() default {};

    @AttributeDefinition(name = "Tokens", description = "Each name:role:sha256[:date]. The role is viewer, operator or admin, "
            + "the third part the token's SHA-256 in hexadecimal, the date (2027-01-31) the last day it is good for. With any "
            + "token here nobody comes in without one", required = false)
    String[] tokens() default {};

    @AttributeDefinition(name = "Local role", description = "Of programs on this machine while there are no tokens: viewer, "
            + "operator or admin")
    String local_role() default "operator";
}
