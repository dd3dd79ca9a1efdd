package io.anole.ros1.xmlrpc;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Calls one server, over one connection that is kept: calls are sent one after the other, in the order in which they were
 * made, each when the one before it is answered or given up.
 */
@ProviderType
public interface XmlRpcClient extends AutoCloseable {
    /**
     * Calls. Fails with {@link FaultException} if the server answers with a fault, {@link MalformedException} if what it answers
     * can't be read, {@link java.util.concurrent.TimeoutException} if it does not within {@link ClientOptions#timeout()}, and
     * {@link java.io.IOException} if it can't be reached, too many calls wait, or this is closed. Each says which server it was.
     *
     * <p>Completes on a thread that others need too: what takes long or waits goes to another one.
     *
     * @throws IllegalArgumentException if a parameter is no value of XML-RPC; says which
     */
    CompletableFuture<Object> call(String method, List<?> params);

    /** Of the server. */
    String uri();

    /** Closes the connection; calls that are not answered fail. */
    @Override
    void close();
}
