package io.anole.provider.mqtt.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes sockets with TLS from PEM files, and TCP_NODELAY, because Nagle's algorithm against delayed acknowledgement costs
 * 40 ms per round trip and Paho leaves it on.
 */
final class Tls {
    private static final char[] NO_PASSWORD = new char[0];

    private Tls() {
    }

    /** A file that can't be used, and the setting that names it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;
        private final String key;

        Unusable(String key, String message) {
            super(message);
            this.key = key;
        }

        String key() {
            return key;
        }
    }

    /**
     * @param ca   certificates to trust, PEM; null for those of the JVM
     * @param cert own certificate chain, PEM; null for none
     * @param key  its private key, PEM, PKCS#8, not encrypted
     */
    static SSLSocketFactory factory(String ca, String cert, String key) throws Unusable {
        if (cert == null != (key == null)) {
            throw new Unusable(cert == null ? "tls.cert" : "tls.key", "is missing; tls.cert and tls.key belong together");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(cert == null ? null : own(cert, key), ca == null ? null : trusted(ca), null);
            return new NoDelayTls(context.getSocketFactory());
        } catch (GeneralSecurityException | IOException e) {
            throw new Unusable("tls.cert", "can't set up TLS: " + e.getMessage());
        }
    }

    private static TrustManager[] trusted(String file) throws Unusable, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (Certificate certificate : certificates("tls.ca", file)) {
            store.setCertificateEntry("ca" + count++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] own(String cert, String key) throws Unusable, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", privateKey(key), NO_PASSWORD,
                certificates("tls.cert", cert).toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> certificates(String key, String file)
            throws Unusable, GeneralSecurityException {
        byte[] bytes = read(key, file).getBytes(StandardCharsets.UTF_8);
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (java.security.cert.CertificateException e) {
            throw new Unusable(key, "'" + file + "' holds no readable certificate: " + e.getMessage());
        }
        throw new Unusable(key, "'" + file + "' holds no certificate in PEM form");
    }

    private static PrivateKey privateKey(String file) throws Unusable, GeneralSecurityException {
        String pem = read("tls.key", file);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new Unusable("tls.key", "'" + file + "' holds no unencrypted PKCS#8 key in PEM form; convert it with"
                    + " openssl pkcs8 -topk8 -nocrypt");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new Unusable("tls.key", "'" + file + "' is damaged: " + e.getMessage());
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                continue; // a key of another kind
            }
        }
        throw new Unusable("tls.key", "'" + file + "' is neither an RSA, EC nor Ed25519 key");
    }

    private static String read(String key, String file) throws Unusable {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new Unusable(key, "there is no file '" + file + "'");
        } catch (IOException e) {
            throw new Unusable(key, "can't read '" + file + "': " + e.getClass().getSimpleName());
        }
    }

    private static Socket noDelay(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static final class NoDelayTls extends SSLSocketFactory {
        private final SSLSocketFactory sockets;

        NoDelayTls(SSLSocketFactory sockets) {
            this.sockets = sockets;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket() throws IOException {
            return noDelay(sockets.createSocket());
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean close) throws IOException {
            return noDelay(sockets.createSocket(socket, host, port, close));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return noDelay(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return noDelay(sockets.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return noDelay(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return noDelay(sockets.createSocket(host, port, local, localPort));
        }
    }
}
