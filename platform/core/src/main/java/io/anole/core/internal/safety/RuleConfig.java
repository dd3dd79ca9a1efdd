package io.anole.core.internal.safety;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** A safety rule. */
@ObjectClassDefinition(name = "Anole safety rule", description = "What commands on some topics have to keep to, whatever door they "
        + "come through.")
@interface RuleConfig {
    @AttributeDefinition(name = "Bus", description = "The bus's name, or * for all.")
    String bus() default "*";

    @AttributeDefinition(name = "Topic", description = "A topic, or a pattern: * for one segment, ** for the rest.")
    String topic();

    @AttributeDefinition(name = "Lifespan", description = "Milliseconds after which a command is not delivered any more; 0 to "
            + "3600000, 0 for no limit.")
    long lifespan_ms() default 0;

    @AttributeDefinition(name = "Deadline", description = "Milliseconds without a command after which the safe message is said, once; "
            + "0 to 3600000, 0 for never.")
    long deadline_ms() default 0;

    @AttributeDefinition(name = "Safe message", description = "JSON; what it leaves out is zero.")
    String safe() default "{}";

    @AttributeDefinition(name = "Type", description = "The type of the safe message, such as geometry_msgs/Twist.")
    String type() default "";

    @AttributeDefinition(name = "Sources", required = false, description = "Who may command: patterns of "
            + "<runtime>/<participant>/<number>, and an empty text for clients that tell nothing of themselves. Everybody if there are "
            + "none.")
    String[] sources() default {};

    @AttributeDefinition(name = "Latches", description = "Whether an emergency stop holds these topics.")
    boolean latches() default true;

    @AttributeDefinition(name = "Unknown age", description = "What becomes of a command of which nothing tells when it was published, "
            + "or in the future: its age counts from its arrival, or it is dropped.",
            options = {@Option("arrival"), @Option("drop")})
    String unknown_age() default "arrival";

    String webconsole_configurationFactory_nameHint() default "{topic} on {bus}";
}
