package io.anole.deployer.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.function.Supplier;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Put into the bundles that tests deploy: shows that its bundle runs, or fails on demand. */
public final class FixtureActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        if (context.getBundle().getHeaders("").get("Fixture-Fails") != null) {
            throw new IllegalStateException("no serial port");
        }
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("fixture", context.getBundle().getSymbolicName());
        Object self = this;
        context.registerService(Supplier.class, () -> self, properties);
    }

    @Override
    public void stop(BundleContext context) {
    }
}
