package io.anole.provider.tcp.internal;

import io.anole.bus.provider.Backoff;
import io.netty.handler.ssl.SslContext;
import java.util.List;

/**
 * How a router is linked to the one above it.
 *
 * @param urls     of that one, tried in turn
 * @param tls      null where nothing is encrypted
 * @param identity who this router is to it, and to itself
 * @param token    what proves that above; empty for none
 */
record UplinkSettings(List<Endpoint> urls, SslContext tls, String identity, String token, Backoff backoff) {
    /** Without tokens. */
    @Override
    public String toString() {
        return identity + " at " + urls;
    }
}
