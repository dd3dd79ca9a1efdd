package io.anole.webdoor.internal;

import io.anole.access.Access;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Dictionary;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the web server to this machine unless its configuration turns TLS on and there are users or tokens; then without TLS it
 * does not listen at all. Stands between Configuration Admin and the web server, so it does not matter who has configured it.
 * Called by Configuration Admin's thread.
 */
@Component(property = {
    ConfigurationPlugin.CM_TARGET + "=" + Listening.PID,
    ConfigurationPlugin.CM_RANKING + ":Integer=1000"
})
public final class Listening implements ConfigurationPlugin {
    static final String PID = "org.apache.felix.http";
    static final String HOST = PID + ".host";
    static final String PLAIN = PID + ".enable";
    static final String TLS = "org.apache.felix.https.enable";
    static final String KEYSTORE = "org.apache.felix.https.keystore";
    private static final String LOOPBACK = "127.0.0.1";
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    volatile Access access;

    @Override
    public void modifyConfiguration(ServiceReference<?> server, Dictionary<String, Object> properties) {
        Object host = properties.get(HOST);
        if (host == null || loopback(host.toString())) {
            properties.put(HOST, LOOPBACK);
            return;
        }
        boolean tls = "true".equals(String.valueOf(properties.get(TLS))) && properties.get(KEYSTORE) != null;
        Access present = access;
        boolean closed = present != null && !present.open();
        if (tls && closed) {
            properties.put(PLAIN, false);
            LOG.info("the web server listens on {}, with TLS only", host);
            return;
        }
        properties.put(HOST, LOOPBACK);
        String line = "the web server listens on this machine only, and not on " + host + ": that needs "
                + (tls ? "" : "TLS (" + TLS + " and " + KEYSTORE + ")") + (tls || closed ? "" : " and ")
                + (closed ? "" : "users (./anole user add), then a new start") + ": see docs/access.md";
        LOG.error("{}", line);
        // Who starts the robot shall see it there and then.
        System.out.println(line);
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
