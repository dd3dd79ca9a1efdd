package io.anole.ros1.xmlrpc;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Answers calls. {@code system.multicall} is taken apart before, and asks once for each call in it. */
@FunctionalInterface
@ConsumerType
public interface XmlRpcHandler {
    /**
     * @param params unmodifiable, as are lists and maps in it
     * @return a value of XML-RPC
     * @throws FaultException to answer with a fault; what else is thrown is answered with fault 1 and its message
     */
    Object call(String method, List<Object> params) throws Exception;
}
