package io.anole.deployer.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Anole Deployer", description = "Deploys bundles: which, from where, and what makes a deploy a "
        + "good one.")
@interface DeployerConfig {
    @AttributeDefinition(name = "Directory", description = "Where bundles are copied to; empty for deploy/ in the home "
            + "directory.")
    String directory() default "";

    @AttributeDefinition(name = "State directory", description = "Where the journal and the versions are kept; empty for "
            + "deployed/ in the home directory.")
    String state_directory() default "";

    @AttributeDefinition(name = "Interval", description = "Longest time between two looks at the directory, in "
            + "milliseconds; changes the system tells of are seen at once.", min = "50", max = "60000")
    long interval_ms() default 500;

    @AttributeDefinition(name = "Settle time", description = "A file that is no whole jar is called broken when it has "
            + "not changed for this time, and one that is gone is only then removed, in milliseconds.", min = "100",
            max = "600000")
    long settle_ms() default 2000;

    @AttributeDefinition(name = "Largest bundle", description = "Files beyond this are refused, in MiB.", min = "1",
            max = "2047")
    int max_size_mib() default 256;

    @AttributeDefinition(name = "Window", description = "How long what was deployed is watched before it is committed, in "
            + "milliseconds.", min = "0", max = "600000")
    long window_ms() default 2000;

    @AttributeDefinition(name = "Good cycles", description = "Cycles each process of what was deployed must have done within "
            + "the window; of a slow process no more than are due in half of it.", min = "0", max = "1000000")
    int good_cycles() default 3;

    @AttributeDefinition(name = "Errors allowed", description = "Exceptions that each process of what was deployed may have "
            + "within the window.", min = "0")
    long errors_allowed() default 0;

    @AttributeDefinition(name = "Thread growth", description = "How many threads more each bundle of what was deployed may have "
            + "at the end of the window than in its middle, if they become more all the time.", min = "0", max = "100000")
    int threads_growth() default 8;

    @AttributeDefinition(name = "Start time", description = "Longest time for the start or stop of one bundle, in "
            + "milliseconds; then it has failed.", min = "100", max = "600000")
    long start_ms() default 10_000;

    @AttributeDefinition(name = "Former versions", description = "How many former versions of each deployed bundle are kept "
            + "for a rollback.", min = "0", max = "100")
    int former_versions() default 3;

    @AttributeDefinition(name = "History", description = "How many deploys, rollbacks and removals are remembered.", min = "10",
            max = "100000")
    int history() default 200;

    @AttributeDefinition(name = "Signature required", description = "Whether bundles are refused that are not signed by a "
            + "trusted certificate.")
    boolean signature_required() default false;

    @AttributeDefinition(name = "Trusted certificates", description = "PEM or DER files with certificates of those who may "
            + "bring bundles; relative paths are in the home directory.")
    String[] trusted_certificates() default {};

    @AttributeDefinition(name = "Thread leak", description = "What happens when a version that is replaced leaves a thread "
            + "running: it is told with the deploy, or it also brings that version back.",
            options = {@Option(label = "tell", value = "tell"), @Option(label = "roll back", value = "roll-back")})
    String thread_leak() default "tell";
}
