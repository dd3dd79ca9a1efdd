package io.anole.access.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** How much is kept of what was done. */
@ObjectClassDefinition(name = "Anole audit log", description = "Who has changed what, in log/audit.log of the home")
@interface AuditConfig {
    String PID = "io.anole.audit";

    @AttributeDefinition(name = "Longest file", description = "In bytes, 4096 to 1 GiB; then a new one is begun")
    int file_max_bytes() default 4 << 20;

    @AttributeDefinition(name = "Files", description = "That are kept, 2 to 100, the one being written included")
    int files_max() default 5;
}
