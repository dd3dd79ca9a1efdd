package io.anole.webdoor.internal;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;

/**
 * Keeps the start from READY until the web server listens: it takes its time with TLS, and does not come at all with a keystore that it
 * can't open. Asked by the launcher's thread.
 */
@Component(service = Supplier.class, property = "anole.readiness=contribution")
public final class Serving implements Supplier<List<String>> {
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    volatile HttpServiceRuntime server;

    @Override
    public List<String> get() {
        return server == null ? List.of("the web server does not listen: see its configuration org.apache.felix.http, and the log")
                : List.of();
    }
}
