package io.anole.bridge.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A bridge; its lines are explained by {@link Line}. */
@ObjectClassDefinition(name = "Anole bridge", description = "Carries topics, services and parameters from one bus to another. Each "
        + "line is 'NAME -> NAME OPTIONS': the name or pattern on the bus From, an arrow (-> <- <->), and the one on the bus To; "
        + "the second may be left out if it is the same.")
@interface BridgeConfig {
    @AttributeDefinition(name = "From", description = "The name of one bus.")
    String from();

    @AttributeDefinition(name = "To", description = "The name of the other.")
    String to();

    @AttributeDefinition(name = "Topics", required = false, description = "Such as '/odom -> /r1/odom rate=5' or '/cmd/** <-'. Options: "
            + "rate=MESSAGES PER SECOND of each topic, lifespan=MILLISECONDS, qos=reliable or best-effort, depth=MESSAGES that may "
            + "wait, full=wait or drop, keep.")
    String[] topics() default {};

    @AttributeDefinition(name = "Services", required = false, description = "Such as '/reset -> /r1/reset': the service of From is "
            + "offered on To. Option: timeout=MILLISECONDS.")
    String[] services() default {};

    @AttributeDefinition(name = "Parameters", required = false, description = "Such as '/nav/** <-> /r1/nav/**'. Where both have a "
            + "value in the beginning, that of From holds.")
    String[] params() default {};

    @AttributeDefinition(name = "Most names", description = "Topics or parameters that one line may carry; 1 to 65536.")
    int names_max() default 1024;

    @AttributeDefinition(name = "Most calls", description = "Calls of one service that may be under way; 1 to 65536.")
    int calls_max() default 256;

    String webconsole_configurationFactory_nameHint() default "{from} to {to}";
}
