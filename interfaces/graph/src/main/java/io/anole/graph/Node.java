package io.anole.graph;

import io.anole.bus.BusException;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One exposed view of one bus. A service with the property {@link #NAME}, configured by factory PID
 * {@code io.anole.graph~<name>}. Names are refused with {@link NotExposed}, which says why, when the exposure does not
 * hold them or nobody offers them now; {@code x} and {@code /x} are the same. Bodies are trees, see
 * {@link io.anole.bus.Shapes}. Safe for any thread.
 */
@ProviderType
public interface Node {
    /** Service property: the node's name. */
    String NAME = "node.name";

    /** The node's name. */
    String name();

    /**
     * Publishes on an exposed topic that somebody subscribes to.
     *
     * @param content 0, false, the empty text, null and the empty map are themselves
     * @throws BusException.BadShape if the topic's type is known and the content doesn't fit: unknown field, wrong type
     */
    CompletionStage<Void> inject(String topic, Object content);

    /** The newest message of an exposed topic that somebody publishes, or empty if there was none yet. Takes nothing away. */
    Optional<Value> extract(String topic);

    /** Takes the kept messages of an exposed topic, oldest first; the oldest are dropped when more come than are kept. */
    List<Value> drain(String topic, int most);

    /** Calls an exposed service; fails as {@link io.anole.bus.Caller#call} does. */
    CompletableFuture<Object> call(String service, Object content, Duration timeout);

    /** Sets an exposed parameter. */
    CompletableFuture<Void> setParam(String name, Object value);

    /** An exposed parameter's value; empty if it is not set, which is not the same as null. */
    CompletableFuture<Optional<Value>> param(String name);

    /** Deletes an exposed parameter. */
    CompletableFuture<Void> deleteParam(String name);

    /** What is exposed and there now. */
    Snapshot snapshot();

    /** A message of the topic's or a request of the service's type with all fields at their defaults. */
    Map<String, Object> describe(String name);

    /** Tells of differences from now on, the present ones first. */
    Registration onChange(ChangeListener listener);

    /** What is exposed. */
    Exposure exposure();

    /** Exposes something else from now on; what stays exposed keeps its messages. @throws IllegalArgumentException if it holds no regular expression */
    void expose(Exposure exposure);
}
