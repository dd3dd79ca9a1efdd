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
            + "day it is good for. In place of the SHA-256, tls stands for a client certificate that names it (CN) and that the web "
            + "server has checked. With any user or token nobody comes in without", required = false)
    String[] tokens() default {};

    @AttributeDefinition(name = "Rules", description = "Names on the buses that somebody may use, within the role. Each is the name of "
            + "a user or token, or role:viewer, role:operator or role:admin, and what there is a rule for: publish, subscribe, call, "
            + "serve and param, each with patterns, such as 'pad publish=/cmd_vel,/arm/** call='. What is not spoken of is allowed",
            required = false)
    String[] rules() default {};

    @AttributeDefinition(name = "Local role", description = "Of programs on this machine while there are neither users nor "
            + "tokens: viewer, operator or admin")
    String local_role() default "operator";
}
