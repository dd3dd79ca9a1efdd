package io.anole.core.internal;

import io.anole.core.internal.keys.BusKeys;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A configured bus. The provider reads further keys of its own from the same configuration. */
@ObjectClassDefinition(pid = BusKeys.HUB, name = "Anole bus", description = "A named connection to one multiprocess system. "
        + "The provider's own keys belong into the same configuration.")
@interface BusConfig {
    @AttributeDefinition(name = "Provider", description = "Kind of the provider, such as local or mqtt.")
    String provider();

    @AttributeDefinition(name = "Name", required = false,
            description = "The bus's name; the part of the PID after '~' if empty.")
    String bus_name() default "";

    @AttributeDefinition(name = "Beside another", description = "Another runtime has a bus of this configuration: keys that only "
            + "one link can have, as the provider says, are left out.")
    boolean beside() default false;

    @AttributeDefinition(name = "Request time-out", description = "Milliseconds until a call that names no time-out, or a "
            + "question about state, fails; 1 to 3600000.")
    long request_timeout_ms() default 5000;

    @AttributeDefinition(name = "Block time-out", description = "Milliseconds a publisher is held back by a full buffer "
            + "before its publish is refused; 1 to 3600000.")
    long block_timeout_ms() default 5000;

    @AttributeDefinition(name = "Publish window", description = "Unacknowledged messages per publisher before it is held "
            + "back; a body of more than 16 KiB counts as one per 16 KiB. 1 to 65536; 0 for what suits the provider.")
    int publish_window() default 0;

    @AttributeDefinition(name = "Service depth", description = "Requests that may wait at one service; 1 to 1048576.")
    int service_depth() default 1024;

    @AttributeDefinition(name = "Threads", description = "Threads for handlers that are always there; 0 for one per "
            + "processor.")
    int threads() default 0;

    @AttributeDefinition(name = "Most threads", description = "Threads at most, when handlers block; 1 to 4096.")
    int threads_max() default 256;

    @AttributeDefinition(name = "Spin", description = "Idle threads look for work instead of sleeping: lowest latency, and "
            + "all of the processors.")
    boolean spin() default false;

    @AttributeDefinition(name = "Announcements", description = "Endpoints that are shown in the graph at most; 0 for none.")
    int announcements() default 4096;

    @AttributeDefinition(name = "Swap: open", description = "Milliseconds until the link that the bus is to be moved to must be "
            + "up; 1 to 3600000.")
    long swap_open_ms() default 10_000;

    @AttributeDefinition(name = "Swap: drain", description = "Milliseconds until the former link must have delivered what it "
            + "had accepted, its publishers being held back; else the bus stays. 1 to 3600000.")
    long swap_drain_ms() default 5000;

    @AttributeDefinition(name = "Swap: linger", description = "Milliseconds the former link has to answer what was asked of it; "
            + "1 to 3600000.")
    long swap_linger_ms() default 5000;

    @AttributeDefinition(name = "Provider wait", description = "Milliseconds that RELIABLE messages, calls and questions wait when "
            + "the provider's bundle goes away, before they fail; 1 to 3600000.")
    long provider_wait_ms() default 5000;

    String webconsole_configurationFactory_nameHint() default "{bus.name} ({provider})";
}
