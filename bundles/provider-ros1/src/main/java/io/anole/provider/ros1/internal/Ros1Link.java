package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A link that is one node of a ROS graph. */
final class Ros1Link implements Link {
    private final Node node;
    private final Runnable end;
    private final Capabilities capabilities;

    /** @param end told when this is closed */
    Ros1Link(Node node, Runnable end) {
        this.node = node;
        this.end = end;
        this.capabilities = Able.of(node.settings());
    }

    void start() {
        node.start();
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Outlet advertise(Name topic, String type, Qos qos) {
        return node.endpoints().advertise(topic, type, qos);
    }

    @Override
    public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        if (node.closed()) {
            return Handle.failed(ended());
        }
        Optional<Name> name = pattern.name();
        return name.isPresent() ? node.endpoints().subscribe(name.get(), qos, handler)
                : node.patterns().subscribe(pattern, qos, handler);
    }

    @Override
    public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        if (node.closed()) {
            return CompletableFuture.failedFuture(ended());
        }
        try {
            return node.calls().request(service, node.settings().remap().ros(service), request, timeout);
        } catch (BusException.Unsupported e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Registration serve(Name service, RequestHandler handler) {
        return serve(service, "", "", handler);
    }

    @Override
    public Registration serve(Name service, String requestType, String answerType, RequestHandler handler) {
        return node.closed() ? Handle.failed(ended()) : node.endpoints().serve(service, requestType, handler);
    }

    /** For this runtime's own watches; others see its node, as the master tells of it. */
    @Override
    public boolean announces() {
        return true;
    }

    @Override
    public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        return node.closed() ? CompletableFuture.failedFuture(ended()) : node.state().put(key, value, lifetime);
    }

    @Override
    public CompletionStage<Optional<Value>> get(Name key) {
        return node.closed() ? CompletableFuture.failedFuture(ended()) : node.state().get(key);
    }

    @Override
    public Registration watch(Pattern pattern, StateListener listener) {
        return node.closed() ? Handle.failed(ended()) : node.state().watch(pattern, listener);
    }

    private static BusException.Closed ended() {
        return new BusException.Closed("the link is closed");
    }

    @Override
    public CompletionStage<Void> flush() {
        return node.endpoints().flush();
    }

    @Override
    public void close() {
        node.close();
        end.run();
    }
}
