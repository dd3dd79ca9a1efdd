package io.anole.provider.tcp.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a router listens: {@code tcp://host:port}, {@code tls://host:port} or {@code unix:path}.
 *
 * @param path of a Unix domain socket; null for TCP
 */
record Endpoint(String text, String host, int port, Path path) {
    private static final int LONGEST_PATH = 107;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern PORT = Pattern.compile("(\\[.*]|[^:]*):\\d+");

    /** @throws IllegalArgumentException with what would be right */
    static Endpoint of(String given) {
        String text = given.trim();
        if (text.startsWith("unix:")) {
            return unix(text);
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw wrong(text);
        }
        boolean scheme = "tcp".equals(uri.getScheme()) || "tls".equals(uri.getScheme());
        boolean rest = uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null
                || uri.getPath() != null && !uri.getPath().isEmpty();
        // a URI whose port is more than an int holds has neither port nor host
        String authority = uri.getRawAuthority();
        if (scheme && authority != null && PORT.matcher(authority).matches() && (uri.getPort() < 0 || uri.getPort() > HIGHEST_PORT)) {
            throw new IllegalArgumentException("'" + text + "': a port is 1 to " + HIGHEST_PORT + ", or 0 for any that is free "
                    + "where a router listens");
        }
        if (!scheme || uri.getHost() == null || uri.getPort() < 0 || rest) {
            throw wrong(text);
        }
        String host = uri.getHost();
        return new Endpoint(text, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort(), null);
    }

    private static Endpoint unix(String text) {
        String path = text.substring("unix:".length());
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IllegalArgumentException("'" + text + "': a path of a Unix domain socket has 1 to " + LONGEST_PATH + " bytes");
        }
        try {
            return new Endpoint(text, null, 0, Path.of(path));
        } catch (InvalidPathException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text + "' is no address; write tcp://host:port, tls://host:port or unix:path");
    }

    boolean unix() {
        return path != null;
    }

    boolean tls() {
        return text.startsWith("tls:");
    }

    SocketAddress address() throws UnknownHostException {
        return unix() ? UnixDomainSocketAddress.of(path) : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** Whether it is the same address, encrypted or not; any free port is another each time. */
    boolean meets(Endpoint other) {
        return unix() ? path.equals(other.path) : !other.unix() && port != 0 && port == other.port && host.equalsIgnoreCase(other.host);
    }

    /** Whether only this machine can reach it. */
    boolean local() throws UnknownHostException {
        return unix() || InetAddress.getByName(host).isLoopbackAddress();
    }

    @Override
    public String toString() {
        return text;
    }
}
