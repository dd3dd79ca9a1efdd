package io.anole.children.internal;

import io.anole.bus.Bus;
import java.io.Closeable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** Hears when buses of this runtime come or move. */
final class Buses implements Closeable {
    private final BundleContext context;
    private final ServiceListener listener;

    /** @param moved runs when a bus has come or has moved */
    Buses(BundleContext context, Runnable moved) {
        this.context = context;
        listener = event -> {
            if (event.getType() != ServiceEvent.UNREGISTERING) {
                moved.run();
            }
        };
        try {
            context.addServiceListener(listener, "(" + Constants.OBJECTCLASS + "=" + Bus.class.getName() + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.removeServiceListener(listener);
    }
}
