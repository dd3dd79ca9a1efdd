package io.anole.gateway.tests;

import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Codec;
import io.anole.bus.Registration;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.util.tracker.ServiceTracker;

/** A bus of its own with a door to it, and the web server. */
final class Gateway implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final BundleContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurationAdmin configurations;
    private final ServiceTracker<Bus, Bus> buses;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Configuration bus;
    private final Configuration door;
    private Hashtable<String, Object> exposed = new Hashtable<>();

    Gateway(BundleContext context) throws Exception {
        this.context = context;
        configurations = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        bus = configurations.getFactoryConfiguration("io.anole.bus", "main", "?");
        bus.update(new Hashtable<>(Map.of("provider", "local")));
        door = configurations.getFactoryConfiguration("io.anole.gateway.bus", "main", "?");
        buses = new ServiceTracker<>(context, context.createFilter("(&(objectClass=io.anole.bus.Bus)(bus.name=main))"), null);
        buses.open();
        buses.waitForService(SOON.toMillis());
    }

    Bus bus() {
        return buses.getService();
    }

    /** Configures the gateway until the end of the test. */
    void configure(String pid, Map<String, Object> properties) throws Exception {
        Configuration configuration = configurations.getConfiguration(pid, "?");
        replaced(() -> configuration.update(new Hashtable<>(properties)));
        open.add(() -> replaced(configuration::delete));
    }

    /** Changes a configuration and waits until the component that had the former one has gone, and its successor serves. */
    private void replaced(Change change) throws Exception {
        Object former = restComponent();
        change.make();
        await().atMost(SOON).until(() -> restComponent() != null && !restComponent().equals(former));
        await().atMost(SOON).ignoreExceptions().until(() -> serves(get("/api/buses").statusCode()));
    }

    /** While the servlet comes there is 404, while what it needs comes, 503. */
    private static boolean serves(int status) {
        return status != 404 && status / 100 != 5;
    }

    private interface Change {
        void make() throws IOException;
    }

    /** What every configuration of the gateway replaces. */
    private Object restComponent() throws InvalidSyntaxException {
        ServiceReference<?>[] found =
                context.getAllServiceReferences(null, "(" + HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME + "=anole-rest)");
        return found == null ? null : found[0].getProperty(Constants.SERVICE_ID);
    }

    void expose(Map<String, Object> properties) throws Exception {
        exposed = new Hashtable<>(properties);
        door.update(exposed);
        await().atMost(SOON).ignoreExceptions().until(() -> get("/api/buses").body().contains("main"));
    }

    /** Takes the door away and puts it back. */
    void restart() throws Exception {
        door.update(new Hashtable<>(Map.of("bus.target", "(bus.name=none)")));
        await().atMost(SOON).until(() -> !get("/api/buses").body().contains("main"));
        expose(exposed);
    }

    <T extends Registration> T ready(T registration) throws Exception {
        open.add(registration);
        registration.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
        return registration;
    }

    /** Waits until the gateway knows of a topic. */
    void shown(String topic) {
        await().atMost(SOON).until(() -> get("/api/buses/main/topics").body().contains(topic));
    }

    /** What rosbridge has counted. */
    Map<String, Long> counted(String... headers) throws Exception {
        Map<String, Long> counted = new HashMap<>();
        map(map(tree(get("/api/statistics", headers).body())).get("rosbridge"))
                .forEach((key, value) -> counted.put(key, (Long) value));
        return counted;
    }

    Object tree(String text) throws Exception {
        return context.getService(context.getServiceReferences(Codec.class, "(codec.mediatype=application/json)").iterator().next())
                .decode(text.getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    String url(String scheme, String path) {
        try {
            ServiceReference<?>[] servers = context.getAllServiceReferences(null, "(osgi.http.endpoint=*)");
            Object endpoint = servers[0].getProperty("osgi.http.endpoint");
            int port = URI.create(endpoint instanceof String[] all ? all[0] : String.valueOf(endpoint)).getPort();
            return scheme + "://127.0.0.1:" + port + path;
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What is answered to a request that no client would send; empty if the line is cut. */
    String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", URI.create(url("http", "")).getPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, null, headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url("http", path))).timeout(SOON)
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        // Gone before the next test makes them anew, or it would use these, and lose them.
        door.delete();
        await().atMost(SOON).until(() -> !get("/api/buses").body().contains("\"main\""));
        bus.delete();
        await().atMost(SOON).until(() -> buses.getService() == null);
        buses.close();
    }
}
