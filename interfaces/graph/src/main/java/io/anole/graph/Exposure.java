package io.anole.graph;

import java.util.List;

/**
 * What a node exposes: names, or regular expressions that match whole names. Named by what the client does, not by what
 * the system does.
 *
 * @param reads    topics the client may read
 * @param writes   topics the client may write
 * @param services services the client may call
 * @param params   parameters the client may get and set
 */
public record Exposure(List<String> reads, List<String> writes, List<String> services, List<String> params) {
    /** Nothing. */
    public static final Exposure NOTHING = new Exposure(List.of(), List.of(), List.of(), List.of());

    public Exposure {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        services = List.copyOf(services);
        params = List.copyOf(params);
    }

    /** This, with topics that may be both read and written. */
    public Exposure topics(List<String> topics) {
        return new Exposure(topics, topics, services, params);
    }

    /** This, with other services. */
    public Exposure services(List<String> others) {
        return new Exposure(reads, writes, others, params);
    }

    /** This, with other parameters. */
    public Exposure params(List<String> others) {
        return new Exposure(reads, writes, services, others);
    }
}
