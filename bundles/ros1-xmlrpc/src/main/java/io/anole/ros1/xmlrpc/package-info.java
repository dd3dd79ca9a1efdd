/**
 * XML-RPC as ROS 1 speaks it, for the bundles that take part in its graph: a server whose socket outlives the bundle that
 * answers on it, and a client that keeps calls in order.
 *
 * <p>Values are {@link java.lang.Integer}, {@link java.lang.Boolean}, {@link java.lang.String}, {@link java.lang.Double},
 * {@code byte[]}, {@link java.time.LocalDateTime}, {@link java.util.List} and {@link java.util.Map} with text keys, and nothing
 * else: ROS tells a boolean from a number and an integer from a double, so nothing is converted. There is no null.
 *
 * <pre>{@code
 * XmlRpcServer server = xmlRpc.serve(ServerOptions.of("node", new InetSocketAddress("127.0.0.1", 0)), this::answer);
 * XmlRpcClient master = xmlRpc.client("http://127.0.0.1:11311/", ClientOptions.DEFAULT);
 * master.call("getPid", List.of("/anole")).thenAccept(triple -> ...);
 * }</pre>
 */
@Export
@Version("1.0.0")
package io.anole.ros1.xmlrpc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
