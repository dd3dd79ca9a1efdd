package io.anole.ros1.master.internal;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells nodes what has changed. Each node has a line of its own, one call at a time, so that it hears of changes in their
 * order and one that does not answer delays nobody else. Of several changes of one topic or parameter that wait only the last
 * is told, for it says all; so what waits is bounded by what is registered.
 *
 * <p>Handed in by whoever changes the graph, under its lock; answers come on threads of the XML-RPC library, which take that
 * lock only without this one.
 */
final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final String SELF = "/master";

    private final XmlRpc xmlRpc;
    private final ClientOptions options;
    private final LongAdder told = new LongAdder();
    private final LongAdder failed = new LongAdder();
    /** By URI; guarded by this, as is what is in it. */
    private final Map<String, Line> lines = new HashMap<>();
    /** Hears of a node that wants no more of a parameter. */
    private BiConsumer<String, String> unwanted = (api, key) -> { };
    private boolean closed;

    private record Call(String method, List<Object> params) {
        /** What it says all about. */
        String subject() {
            return method + " " + (method.equals("shutdown") ? "" : params.get(1));
        }
    }

    private static final class Line {
        private final XmlRpcClient client;
        private final Map<String, Call> waiting = new LinkedHashMap<>();
        private boolean calling;
        private boolean forgotten;
        private boolean silent;

        Line(XmlRpcClient client) {
            this.client = client;
        }
    }

    Notifier(XmlRpc xmlRpc, Duration timeout) {
        this.xmlRpc = xmlRpc;
        this.options = new ClientOptions(timeout, 1);
    }

    void onUnwanted(BiConsumer<String, String> listener) {
        unwanted = listener;
    }

    void publishers(String api, String topic, List<Object> publishers) {
        tell(api, new Call("publisherUpdate", List.of(SELF, topic, publishers)));
    }

    void parameter(String api, String key, Object value) {
        tell(api, new Call("paramUpdate", List.of(SELF, key, value)));
    }

    void shutdown(String api, String node, String reason) {
        tell(api, new Call("shutdown", List.of(SELF, "[" + node + "] Reason: " + reason)));
        forget(api);
    }

    long told() {
        return told.sum();
    }

    long failed() {
        return failed.sum();
    }

    private synchronized void tell(String api, Call call) {
        if (closed) {
            return;
        }
        Line line = lines.get(api);
        if (line == null) {
            try {
                line = new Line(xmlRpc.client(api, options));
            } catch (IllegalArgumentException e) {
                failed.increment();
                LOG.warn("a node has registered with a URI it can't be told anything at: {}", e.getMessage());
                return;
            }
            lines.put(api, line);
        }
        line.forgotten = false;
        line.waiting.remove(call.subject()); // the new one goes to the end: it may undo what waits in between
        line.waiting.put(call.subject(), call);
        next(line);
    }

    /** Nothing more will be told there, once what waits has been. */
    synchronized void forget(String api) {
        Line line = lines.get(api);
        if (line != null) {
            line.forgotten = true;
            next(line);
        }
    }

    private void next(Line line) {
        if (line.calling || closed) {
            return;
        }
        Iterator<Call> waiting = line.waiting.values().iterator();
        if (!waiting.hasNext()) {
            if (line.forgotten) {
                lines.remove(line.client.uri());
                line.client.close();
            }
            return;
        }
        Call call = waiting.next();
        waiting.remove();
        line.calling = true;
        try {
            line.client.call(call.method(), call.params()).whenComplete((answer, error) -> done(line, call, answer, error));
        } catch (IllegalArgumentException e) {
            line.calling = false;
            failed.increment();
            LOG.warn("{} can't be told of a change: {}", line.client.uri(), e.getMessage());
            next(line);
        }
    }

    private void done(Line line, Call call, Object answer, Throwable error) {
        boolean refused = error == null && call.method().equals("paramUpdate") && answer instanceof List<?> triple
                && !triple.isEmpty() && triple.get(0).equals(-1);
        if (refused) {
            unwanted.accept(line.client.uri(), (String) call.params().get(1));
        }
        synchronized (this) {
            line.calling = false;
            count(line, call, error instanceof CompletionException ? error.getCause() : error);
            next(line);
        }
    }

    private void count(Line line, Call call, Throwable error) {
        if (error == null || error instanceof FaultException) {
            told.increment(); // a fault is an answer: it has heard
            line.silent = false;
            return;
        }
        failed.increment();
        if (!line.silent && !closed && !call.method().equals("shutdown")) {
            line.silent = true;
            LOG.warn("a node can't be told of changes: {}", error.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        lines.values().forEach(line -> line.client.close());
        lines.clear();
    }
}
