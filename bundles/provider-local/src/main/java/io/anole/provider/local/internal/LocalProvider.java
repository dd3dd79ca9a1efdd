package io.anole.provider.local.internal;

import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.ProvidesBus;
import org.osgi.service.component.annotations.Component;

/** Buses inside this JVM. Every link is a space of its own: two buses never hear each other. */
@Component
@ProvidesBus(bus_provider = "local")
public final class LocalProvider implements BusProvider {
    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        LocalLink link = new LocalLink(config, listener);
        listener.up("inside this JVM");
        return link;
    }
}
