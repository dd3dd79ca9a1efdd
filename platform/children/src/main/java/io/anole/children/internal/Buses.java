package io.anole.children.internal;

import io.anole.bus.Bus;
import io.anole.bus.provider.BusProvider;
import java.io.Closeable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** On which providers the buses of this runtime are, which need not be those that their configurations ask for. Any thread. */
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

    boolean isOn(String bus, String provider) {
        try {
            return context.getServiceReferences(Bus.class, null).stream().anyMatch(each -> bus.equals(each.getProperty(Bus.NAME))
                    && provider.equals(each.getProperty(BusProvider.KIND)));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.removeServiceListener(listener);
    }
}
