package io.anole.ros1.xmlrpc;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a server listens.
 *
 * @param name           whose socket it is; see {@link XmlRpc#serve}
 * @param address        to listen on; port 0 for any that is free, or for the one that the name has already
 * @param maxConnections at once; more are closed at once
 * @param workers        threads that ask the handler
 * @param linger         how long the socket stays when nobody is left who answers
 */
public record ServerOptions(String name, InetSocketAddress address, int maxConnections, int workers, Duration linger) {
    /** Checks. */
    public ServerOptions {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: is empty");
        }
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("host: '" + address.getHostString() + "' is no address of this machine");
        }
        Limits.check("max.connections", maxConnections, 1, 65_535);
        Limits.check("workers", workers, 1, 64);
        Limits.check("linger", linger.toMillis(), 0, 600_000);
    }

    /** 512 connections, 4 workers, and 5 s for a successor. */
    public static ServerOptions of(String name, InetSocketAddress address) {
        return new ServerOptions(name, address, 512, 4, Duration.ofSeconds(5));
    }
}
