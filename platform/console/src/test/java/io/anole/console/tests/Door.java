package io.anole.console.tests;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The console from outside. Requests go out as written, because no client lets one choose the Host header. */
final class Door {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final BundleContext context;
    private final Path password;

    Door(BundleContext context) {
        this.context = context;
        this.password = Path.of(context.getProperty("anole.home"), "run", "console.password");
    }

    /** @param text status line, headers and body */
    record Answer(int status, String text) {
        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }

        String header(String name) {
            return text.lines().filter(line -> line.startsWith(name + ": ")).findFirst().orElse(name + ": ")
                    .substring(name.length() + 2);
        }
    }

    /** Where the password is. */
    Path password() {
        return password;
    }

    Answer send(String method, String path, String headers) throws IOException {
        return send(method, path, headers, "");
    }

    /** @return status 0 if there is no web server */
    Answer send(String method, String path, String headers, String form) throws IOException {
        ServiceReference<?>[] servers;
        try {
            servers = context.getAllServiceReferences(null, "(osgi.http.endpoint=*)");
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
        if (servers == null) {
            return new Answer(0, "");
        }
        Object endpoint = servers[0].getProperty("osgi.http.endpoint");
        String address = endpoint instanceof String[] all ? all[0] : String.valueOf(endpoint);
        int port = URI.create(address).getPort();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String host = headers.contains("Host:") ? "" : "Host: localhost:" + port + "\r\n";
            String type = form.isEmpty() || headers.contains("Content-Type:") ? "" : "Content-Type: application/x-www-form-urlencoded\r\n";
            socket.getOutputStream().write((method + " /system/console" + path + " HTTP/1.1\r\n" + host + headers + type
                    + "Connection: close\r\nContent-Length: " + form.length() + "\r\n\r\n" + form)
                    .getBytes(StandardCharsets.ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(text.substring(9, 12)), text);
        }
    }

    static String as(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair) + "\r\n";
    }

    String asAdmin() throws IOException {
        return as("admin", Files.readString(password).strip());
    }
}
