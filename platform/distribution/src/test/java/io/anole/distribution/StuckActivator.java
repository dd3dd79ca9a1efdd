package io.anole.distribution;

import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Never stops. */
public final class StuckActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        // only its stop matters
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
