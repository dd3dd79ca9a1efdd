package io.anole.facades.internal.signal;

import io.anole.bus.Bus;
import io.anole.signal.Interceptor;
import io.anole.signal.Router;
import io.anole.signal.Signals;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Gives routers, and tells them of interceptors as they come and go. */
@Component
public final class SignalsComponent implements Signals {
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Interceptor> interceptors = List.of();

    @Override
    public Router router(Bus bus) {
        return new BusRouter(bus, () -> interceptors);
    }
}
