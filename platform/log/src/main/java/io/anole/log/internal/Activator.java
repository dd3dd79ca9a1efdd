package io.anole.log.internal;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;

/** Listens to each OSGi log there is. No component, since it is to tell why Declarative Services made none. */
public final class Activator implements BundleActivator {
    private ServiceTracker<LogReaderService, LogReaderService> logs;

    @Override
    public void start(BundleContext context) {
        Forwarding forwarding = new Forwarding();
        logs = new ServiceTracker<>(context, LogReaderService.class, null) {
            @Override
            public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
                LogReaderService log = context.getService(reference);
                log.addLogListener(forwarding);
                return log;
            }

            @Override
            public void removedService(ServiceReference<LogReaderService> reference, LogReaderService log) {
                log.removeLogListener(forwarding);
                context.ungetService(reference);
            }
        };
        logs.open();
    }

    @Override
    public void stop(BundleContext context) {
        logs.close();
    }
}
