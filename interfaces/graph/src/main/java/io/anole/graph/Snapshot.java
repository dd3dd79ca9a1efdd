package io.anole.graph;

import java.util.List;
import java.util.Map;

/**
 * What a node exposes and is there, sorted by name.
 *
 * @param topics   the topics
 * @param services the services
 * @param params   the names of the parameters that are set
 */
public record Snapshot(List<Topic> topics, List<Service> services, List<String> params) {
    /**
     * A topic.
     *
     * @param name        its name
     * @param type        its type's name, empty if untyped
     * @param shape       its type's fields, empty if unknown; see {@link io.anole.bus.Shapes#describe}
     * @param publishers  how many publish it
     * @param subscribers how many subscribe to it
     * @param readable    whether the client may read it
     * @param writable    whether the client may write it
     */
    public record Topic(String name, String type, Map<String, Object> shape, int publishers, int subscribers,
            boolean readable, boolean writable) {
    }

    /**
     * A service.
     *
     * @param name  its name
     * @param type  its request's type name, empty if untyped
     * @param shape its request's fields, empty if unknown
     */
    public record Service(String name, String type, Map<String, Object> shape) {
    }
}
