package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The routers of this provider. Two can't listen at one address: a bus that is configured anew, and is to be found there still,
 * stays on the one it has. Safe for threads.
 */
final class Hosts {
    private final List<Host.Tenant> tenants = new ArrayList<>();

    /** @throws IllegalArgumentException with one line that names the key that is wrong */
    synchronized Host.Tenant enter(Settings settings, LinkListener listener) {
        Optional<Host.Tenant> former = tenants.stream().filter(one -> one.settings().sharesDoorWith(settings)).findFirst();
        if (former.isPresent() && !Objects.equals(former.get().settings().router().stateFile(), settings.router().stateFile())) {
            throw new IllegalArgumentException("bus '" + settings.bus()
                    + "': state.file: can't be another while the router runs, which holds the keys; the bus takes it from its next start on");
        }
        Host host = former.map(Host.Tenant::host).orElseGet(() -> new Host(settings, listener, this::leave));
        Host.Tenant tenant = host.enter(settings, listener);
        tenants.add(tenant);
        return tenant;
    }

    /** Whether it was the last one there. */
    private synchronized boolean leave(Host.Tenant one) {
        tenants.remove(one);
        return tenants.stream().noneMatch(other -> other.host() == one.host());
    }
}
