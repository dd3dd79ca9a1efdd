package io.anole.ros1.xmlrpc.internal;

import java.util.List;

/** A request. */
record MethodCall(String method, List<Object> params) {
}
