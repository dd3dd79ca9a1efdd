package io.anole.ros1.xmlrpc;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** A registered handler, and the socket under it. */
@ProviderType
public interface XmlRpcServer extends AutoCloseable {
    /** Where it listens, with the real port where 0 was asked for. */
    InetSocketAddress address();

    /** Whether it is the one that is asked: nobody has served under its name since, and it is not closed. */
    boolean current();

    /** Of the socket, since it was opened. */
    ServerCounters counters();

    /**
     * Is asked no more. Waits up to 5 s for a call that is being answered, but not if it is the caller who answers it.
     */
    @Override
    void close();
}
