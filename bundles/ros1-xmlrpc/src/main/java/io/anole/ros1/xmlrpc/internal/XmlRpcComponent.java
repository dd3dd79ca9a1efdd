package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import java.io.IOException;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XML-RPC as a service, shared by all who take part in a ROS graph; it stays while nobody uses it, so that they can be replaced. */
@Component(immediate = true, configurationPid = "io.anole.ros1.xmlrpc")
@Designate(ocd = XmlRpcConfig.class)
public final class XmlRpcComponent implements XmlRpc {
    private static final Logger LOG = LoggerFactory.getLogger(XmlRpcComponent.class);

    private final Network network;

    @Activate
    public XmlRpcComponent(XmlRpcConfig config) {
        try {
            network = new Network(new Limits(config.max_body(), config.max_buffered(), config.max_header(),
                    config.max_depth(), config.max_values(), config.max_text(),
                    Duration.ofMillis(config.request_timeout_ms()), Duration.ofMillis(config.idle_timeout_ms())));
        } catch (IllegalArgumentException e) {
            LOG.error("io.anole.ros1.xmlrpc: {}", e.getMessage());
            throw e;
        }
    }

    @Override
    public XmlRpcServer serve(ServerOptions options, XmlRpcHandler handler) throws IOException {
        return network.serve(options, handler);
    }

    @Override
    public XmlRpcClient client(String uri, ClientOptions options) {
        return network.client(uri, options);
    }

    @Deactivate
    void stop() {
        network.close();
    }
}
