package io.anole.deployer.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Anole Motion Interlock", description = "Holds back deploys that touch certain processes while the "
        + "robot moves.")
@interface InterlockConfig {
    @AttributeDefinition(name = "Bus", description = "The bus on which the robot tells how it moves.")
    String bus() default "main";

    @AttributeDefinition(name = "Topic", description = "The topic that tells it.")
    String topic() default "/odom";

    @AttributeDefinition(name = "Field", description = "The number in its messages, fields separated by dots.")
    String field() default "twist.twist.linear.x";

    @AttributeDefinition(name = "Threshold", description = "The robot moves when the number is beyond this, whatever its sign; in "
            + "the unit of the field.")
    double threshold() default 0.01;

    @AttributeDefinition(name = "Processes", description = "Names of the processes that are not to be touched meanwhile; * stands "
            + "for any text, and none for all processes.")
    String[] processes() default {};

    @AttributeDefinition(name = "Action", description = "Whether a deploy waits until the robot stands, or is refused.",
            options = {@Option(label = "postpone", value = "postpone"), @Option(label = "refuse", value = "refuse")})
    String action() default "postpone";

    @AttributeDefinition(name = "Patience", description = "Longest wait of a deploy that was asked for by a command, in seconds; "
            + "then it is refused. What lies in the deploy directory waits as long as it lies there.", min = "0", max = "86400")
    double patience_s() default 60;

    @AttributeDefinition(name = "Silence", description = "A number older than this, in seconds, says nothing.", min = "0.01",
            max = "3600")
    double silence_s() default 1;

    @AttributeDefinition(name = "Unknown", description = "What holds when there is no number: the robot stands if nobody publishes "
            + "the topic, or it always stands, or it always moves.", options = {
                @Option(label = "stands if nobody publishes", value = "unpublished"),
                @Option(label = "stands", value = "stands"), @Option(label = "moves", value = "moves")})
    String unknown() default "unpublished";

    String webconsole_configurationFactory_nameHint() default "{topic} {field}";
}
