package io.anole.provider.ros1.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Line;
import io.anole.testkit.contract.ProviderContract;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The provider contract over Anole's own master, configured as in a robot. */
@EnabledIfSystemProperty(named = "anole.soak", matches = "true")
class EmbeddedMasterContractIT extends ProviderContract {
    private final BundleContext context = FrameworkUtil.getBundle(getClass()).getBundleContext();
    private Configuration configuration;
    private String uri;

    @Override
    protected String provider() {
        return "ros1";
    }

    @Override
    protected void startSystem() throws IOException, InvalidSyntaxException, InterruptedException {
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        configuration = admin.getConfiguration("io.anole.ros1.master", "?");
        configuration.update(new Hashtable<>(Map.of("port", 0)));
        ServiceTracker<?, ?> master = new ServiceTracker<>(context,
                context.createFilter("(&(objectClass=" + Supplier.class.getName() + ")(ros.master.uri=*))"), null);
        master.open();
        if (master.waitForService(30_000) == null) {
            throw new IllegalStateException("the embedded master did not start within 30 s");
        }
        uri = (String) master.getServiceReference().getProperty("ros.master.uri");
        master.close();
    }

    @Override
    protected void stopSystem() throws IOException {
        configuration.delete();
    }

    @Override
    protected Line line() {
        return Line.unbreakable(Map.of("master", uri, "host", "127.0.0.1", "connect.wait.ms", 20_000));
    }

    @Override
    protected Map<String, Object> exclusive() {
        return Map.of("node.name", "only", "port", FreePort.next(), "tcpros.port", FreePort.next(), "clock.hz", 1);
    }
}
