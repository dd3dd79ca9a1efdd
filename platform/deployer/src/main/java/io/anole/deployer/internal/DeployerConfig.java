package io.anole.deployer.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Anole Deployer", description = "Watches the directory whose bundles are deployed.")
@interface DeployerConfig {
    @AttributeDefinition(name = "Directory", description = "Where bundles are copied to; empty for deploy/ in the home "
            + "directory.")
    String directory() default "";

    @AttributeDefinition(name = "Interval", description = "Longest time between two looks at the directory, in "
            + "milliseconds; changes the system tells of are seen at once.", min = "50", max = "60000")
    long interval_ms() default 500;

    @AttributeDefinition(name = "Settle time", description = "A file that is no whole jar is called broken when it has "
            + "not changed for this time, in milliseconds.", min = "100", max = "600000")
    long settle_ms() default 2000;

    @AttributeDefinition(name = "Largest bundle", description = "Files beyond this are refused, in MiB.", min = "1",
            max = "2047")
    int max_size_mib() default 256;
}
