package io.anole.provider.ros1.internal;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Calls of the ROS APIs, where each answer is code, text and value. Any thread. */
final class Master implements AutoCloseable {
    private final XmlRpcClient client;
    private final String caller;

    Master(XmlRpc xmlRpc, String uri, String caller, int timeout) {
        this.client = xmlRpc.client(uri, new ClientOptions(Duration.ofMillis(timeout), 4096));
        this.caller = caller;
    }

    /** The other side was asked, and has refused. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String text) {
            super(text, null, false, false);
        }
    }

    /** Calls with the caller's name first. Fails with {@link Refused} if the code is not 1. */
    CompletableFuture<Object> call(String method, Object... params) {
        List<Object> all = new ArrayList<>(params.length + 1);
        all.add(caller);
        all.addAll(List.of(params));
        return client.call(method, all).thenApply(answer -> {
            if (!(answer instanceof List<?> triple) || triple.size() != 3 || !(triple.get(0) instanceof Integer code)) {
                throw new Refused(client.uri() + " answers '" + method + "' with something that is not of ROS");
            }
            if (code != 1) {
                throw new Refused(String.valueOf(triple.get(1)));
            }
            return triple.get(2);
        });
    }

    String uri() {
        return client.uri();
    }

    @Override
    public void close() {
        client.close();
    }
}
