package io.anole.process.teleop.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Speaks to the web server by hand: no client lets one choose the Host header, or read as slowly as a bad network does. */
final class Web {
    private static final int TIMEOUT_MS = 10_000;
    private final BundleContext context;

    Web(BundleContext context) {
        this.context = context;
    }

    record Answer(int status, String text) {
        String header(String name) {
            return text.lines().filter(line -> line.startsWith(name + ": ")).findFirst().orElse("")
                    .replaceFirst(".*?: ", "");
        }

        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4).strip();
        }
    }

    int port() {
        try {
            ServiceReference<?>[] servers = context.getAllServiceReferences(null, "(osgi.http.endpoint=*)");
            Object endpoint = servers[0].getProperty("osgi.http.endpoint");
            return URI.create(endpoint instanceof String[] all ? all[0] : String.valueOf(endpoint)).getPort();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    Answer post(String path, String body, String... headers) throws IOException {
        return send("POST", path, body, headers);
    }

    Answer send(String method, String path, String body, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            String head = head(method, path, headers) + "Connection: close\r\nContent-Length: " + content.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(content);
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(text.substring(9, 12)), text);
        }
    }

    private String head(String method, String path, String... headers) {
        String all = String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : "");
        String host = all.contains("Host:") ? "" : "Host: localhost:" + port() + "\r\n";
        return method + " " + path + " HTTP/1.1\r\n" + host + all;
    }

    /** Opens the events and reads nothing. */
    Socket deaf() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.connect(new InetSocketAddress("127.0.0.1", port()));
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write((head("GET", "/teleop/events", "Connection: close") + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    Viewer viewer() throws IOException {
        return new Viewer(deaf());
    }

    /** A page that listens. */
    static final class Viewer implements AutoCloseable {
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final Socket socket;
        private final Thread reader;

        Viewer(Socket socket) {
            this.socket = socket;
            reader = new Thread(this::read, "viewer");
            reader.start();
        }

        private void read() {
            try (BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                lines.add("lost: " + e.getMessage());
            }
        }

        boolean heard(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }

        boolean ended() {
            return !reader.isAlive();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
