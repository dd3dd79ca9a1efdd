package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** TLS from PEM files. */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private Tls() {
    }

    /** @throws IllegalArgumentException with the key that is wrong, and why */
    static SslContext client(LinkConfig config) {
        return build(config, SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS"), false);
    }

    /** @throws IllegalArgumentException with the key that is wrong, and why */
    static SslContext router(LinkConfig config) {
        File key = file(config, "tls.key");
        File cert = file(config, "tls.cert");
        if (key == null || cert == null) {
            throw new IllegalArgumentException("tls.cert: a router that listens on tls:// needs tls.cert and tls.key, PEM files");
        }
        SslContextBuilder builder;
        try {
            builder = SslContextBuilder.forServer(cert, key);
        } catch (IllegalArgumentException e) {
            throw unreadable(e);
        }
        return build(config, builder.clientAuth(file(config, "tls.ca") == null ? ClientAuth.NONE : ClientAuth.REQUIRE), true);
    }

    private static SslContext build(LinkConfig config, SslContextBuilder builder, boolean hasKey) {
        File ca = file(config, "tls.ca");
        File key = file(config, "tls.key");
        File cert = file(config, "tls.cert");
        if (key == null != (cert == null)) {
            throw new IllegalArgumentException("tls.key: tls.cert and tls.key belong together");
        }
        try {
            if (ca != null) {
                builder.trustManager(ca);
            }
            if (key != null && !hasKey) {
                builder.keyManager(cert, key);
            }
            return builder.sslProvider(SslProvider.JDK).protocols(PROTOCOLS).build();
        } catch (IllegalArgumentException | SSLException e) {
            throw unreadable(e);
        }
    }

    private static IllegalArgumentException unreadable(Exception e) {
        return new IllegalArgumentException("tls.ca, tls.cert or tls.key: not certificates or a PKCS#8 key without a password, in PEM form: "
                + TcpProvider.reason(e), e);
    }

    private static File file(LinkConfig config, String key) {
        String path = config.text(key, null);
        if (path == null) {
            return null;
        }
        File file = new File(path);
        if (!file.canRead()) {
            throw new IllegalArgumentException(key + ": can't read '" + path + "'");
        }
        return file;
    }

    /** The common name in the other side's certificate; null if it has shown none. */
    static String peer(SSLSession session) {
        try {
            return new LdapName(session.getPeerPrincipal().getName()).getRdns().stream()
                    .filter(part -> part.getType().equalsIgnoreCase("CN")).map(part -> part.getValue().toString()).findFirst().orElse(null);
        } catch (SSLPeerUnverifiedException | InvalidNameException none) {
            return null;
        }
    }

    static String reason(Throwable failure) {
        return "TLS: " + TcpProvider.reason(failure);
    }
}
