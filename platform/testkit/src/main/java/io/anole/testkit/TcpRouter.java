package io.anole.testkit;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/** A router of the TCP provider in this JVM, which can be ended and started again. */
public final class TcpRouter implements AutoCloseable {
    private final Map<String, Object> properties = new HashMap<>(Map.of("mode", "router", "presence.ms", 700));
    private Link link;

    /**
     * Waits until it listens.
     *
     * @param listen as the provider's key
     */
    public TcpRouter(String listen) {
        this(listen, Map.of());
    }

    /**
     * Waits until it listens.
     *
     * @param listen as the provider's key
     * @param more   of the provider's keys
     */
    public TcpRouter(String listen, Map<String, ?> more) {
        properties.put("listen", listen);
        properties.putAll(more);
        start();
    }

    private void start() {
        CompletableFuture<String> up = new CompletableFuture<>();
        link = provider().open(new LinkConfig("router", "router", properties), new LinkListener() {
            @Override
            public void up(String where) {
                up.complete(where);
            }

            @Override
            public void down(String reason) {
                up.completeExceptionally(new IllegalStateException(reason));
            }

            @Override
            public void dropped(Drop reason, long count) {
                // the contract counts at the receivers
            }
        });
        up.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static BusProvider provider() {
        BundleContext context = FrameworkUtil.getBundle(TcpRouter.class).getBundleContext();
        try {
            return context.getServiceReferences(BusProvider.class, "(bus.provider=tcp)").stream().findFirst()
                    .map(context::getService).orElseThrow();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it, and starts another in its place. */
    public void restart() {
        close();
        start();
    }

    @Override
    public void close() {
        link.close();
    }
}
