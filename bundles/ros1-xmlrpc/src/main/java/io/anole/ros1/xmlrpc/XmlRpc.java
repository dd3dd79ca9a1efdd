package io.anole.ros1.xmlrpc;

import io.anole.ros1.xmlrpc.internal.Network;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** Makes servers and clients. A service; all that it makes shares one event loop, and ends with it. Any thread may call it. */
@ProviderType
public interface XmlRpc {
    /**
     * Answers calls at an address. The socket belongs to the name: while somebody serves under it, who serves next gets the
     * same socket and port and is asked from then on, within its own bounds; when that one closes, the former is asked again.
     * When nobody is left the socket stays for {@link ServerOptions#linger()}, and calls that come meanwhile wait for a
     * successor. So a bundle can be replaced and keep its URI.
     *
     * @param handler asked on worker threads, several at once
     * @throws IOException              with one line, if it can't listen there
     * @throws IllegalArgumentException if the name is in use with another address
     */
    XmlRpcServer serve(ServerOptions options, XmlRpcHandler handler) throws IOException;

    /**
     * A client of one server. Connects when it is first called.
     *
     * @param uri {@code http://host:port/}, as ROS writes it; a host may have an underscore
     * @throws IllegalArgumentException with one line, if that is no such URI
     */
    XmlRpcClient client(String uri, ClientOptions options);

    /** Where there is no framework to take the service from. */
    static Standalone standalone(Limits limits) {
        return new Network(limits);
    }

    /** One that is closed by who has made it, with all its servers and clients. */
    interface Standalone extends XmlRpc, AutoCloseable {
        @Override
        void close();
    }
}
