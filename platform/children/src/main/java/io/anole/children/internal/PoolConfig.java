package io.anole.children.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Child JVMs", description = "JVMs for processes with process.mode=forked")
@interface PoolConfig {
    String PID = "io.anole.children";

    @AttributeDefinition(name = "Spares", description = "JVMs that are kept started for each kind of child there is (one bus, heap and "
            + "list of options), so that a process starts, moves or restarts in one at once. Each costs some 70 MB. 0 to 16",
            min = "0", max = "16")
    int spares() default 0;

    @AttributeDefinition(name = "Silence", description = "Seconds without a sign of life from a child until its health is bad. It holds for "
            + "children that begin afterwards. 1 to 600", min = "1", max = "600")
    double silence_seconds() default 5;
}
