package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.config.Configurations;
import io.anole.deployer.Deployments;
import io.anole.gateway.internal.access.Access;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.RosbridgeServlet;
import io.anole.process.Supervisor;
import io.anole.supervisor.ProcessUpdates;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;

/**
 * The REST API at {@code /api}: finds the route, asks who it is, reads the body, answers. Called by the web server's threads,
 * of which requests may hold a bounded number; streams hold none.
 */
@Component(service = Servlet.class, configurationPid = RestConfig.PID, property = {
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME + "=anole-rest",
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN + "=/api/*",
    "anole.url=REST API /api/openapi.json",
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_ASYNC_SUPPORTED + ":Boolean=true"
})
@Designate(ocd = RestConfig.class)
public final class RestServlet extends HttpServlet {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final long serialVersionUID = 1;
    /** How much more than is allowed is read, in bodies, before a client is told that it was too much. */
    private static final long POLITE = 16;
    private static final long SWEEP_S = 5;

    private final transient Access access;
    private final transient Codec json;
    private final transient RestConfig config;
    private final transient RosbridgeServlet rosbridge;
    private final transient Readers readers;
    private final transient Streams streams;
    private final transient List<Route> routes;
    private final transient Semaphore places;
    private final transient ScheduledThreadPoolExecutor housekeeping;
    private final transient List<Door> doors = new CopyOnWriteArrayList<>();
    private final transient LongAdder requests = new LongAdder();
    private final transient LongAdder refused = new LongAdder();
    private final transient LongAdder busy = new LongAdder();

    /** Set by the framework's threads, as are the others. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    transient volatile Supervisor supervisor;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    transient volatile ProcessUpdates updates;
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    transient volatile Deployments deployments;
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    transient volatile Configurations configurations;

    @Activate
    public RestServlet(BundleContext context, @Reference Access access, @Reference Shapes shapes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")") Codec json,
            @Reference RosbridgeServlet rosbridge, RestConfig config) {
        this.access = access;
        this.json = json;
        this.config = config;
        this.rosbridge = rosbridge;
        this.readers = new Readers(shapes, config);
        this.places = new Semaphore(config.requests_max());
        this.housekeeping = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "anole-rest-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        this.streams = new Streams(config.streams_max(), housekeeping);
        Jobs jobs = new Jobs(json);
        this.routes = new Routes(
                new BusRoutes(() -> List.copyOf(doors), shapes, json, config, readers, streams, jobs),
                new ProcessRoutes(() -> supervisor, () -> updates, jobs),
                new DeployRoutes(() -> deployments, jobs, config.upload_max_bytes()), new ConfigRoutes(() -> configurations),
                jobs, streams, this::statistics, context.getBundle().getVersion().toString()).all();
        housekeeping.scheduleWithFixedDelay(this::sweep, SWEEP_S, SWEEP_S, TimeUnit.SECONDS);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.MULTIPLE)
    void bindDoor(Door door) {
        doors.add(door);
    }

    void unbindDoor(Door door) {
        doors.remove(door);
        readers.end(door);
        streams.end(door);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        requests.increment();
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
        boolean placed = places.tryAcquire();
        // Whom nobody knows, or there is no room for, holds no thread by a body that comes slowly.
        long polite = 0;
        try {
            expectNoForm(request);
            Visitor visitor = access.admit(request);
            if (!placed) {
                busy.increment();
                throw new Refusal(503, "all " + config.requests_max() + " places for requests are taken: try again");
            }
            polite = polite();
            route(request, response, visitor);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            refuse(request, response, Problems.of(e, request.getMethod() + " " + request.getPathInfo()), polite);
        } finally {
            if (placed) {
                places.release();
            }
        }
    }

    /** Of a form the parameters are read from its body, so before any is asked for: it may be a file, sent without its type. */
    private void expectNoForm(HttpServletRequest request) {
        if (mediaType(request).equals(FORM)) {
            String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
            routes.stream().filter(route -> route.method().equals(request.getMethod()) && route.match(path).isPresent())
                    .flatMap(route -> route.takes().stream()).findFirst().ifPresent(taken -> {
                        throw otherType(taken.mediaType());
                    });
        }
    }

    private static String mediaType(HttpServletRequest request) {
        return Optional.ofNullable(request.getContentType()).orElse("").split(";")[0].strip().toLowerCase(Locale.ROOT);
    }

    private static Refusal otherType(String expected) {
        return new Refusal(415, "send " + (expected.equals(Route.JSON) ? "JSON" : "the file") + ", and say so: Content-Type: "
                + expected);
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Refusal refusal, long polite)
            throws IOException {
        refused.increment();
        if (response.isCommitted()) {
            return;
        }
        UnreadBody.settle(request, response, polite);
        response.setStatus(refusal.status());
        if (refusal.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        response.setContentType("application/problem+json");
        write(response, Problems.tree(refusal, request.getRequestURI()));
    }

    private long polite() {
        return POLITE * config.body_max_bytes();
    }

    private void write(HttpServletResponse response, Object tree) throws IOException {
        byte[] bytes = json.encode(tree);
        response.setContentLength(bytes.length + 1);
        response.getOutputStream().write(bytes);
        response.getOutputStream().write('\n');
    }

    private void route(HttpServletRequest request, HttpServletResponse response, Visitor visitor) throws Exception {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<Route> here = routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (here.isEmpty()) {
            throw new Refusal(404, "there is nothing at this path: see /api/openapi.json");
        }
        Route route = here.stream().filter(one -> one.method().equals(request.getMethod())).findFirst().orElse(null);
        if (route == null) {
            String allowed = here.stream().map(Route::method).collect(Collectors.joining(", "));
            response.setHeader("Allow", allowed);
            throw new Refusal(405, "use " + allowed);
        }
        if (route.role() == Role.VIEWER || route.method().equals("GET")) {
            visitor.need(route.role(), route.method() + " " + route.path());
            act(route, request, response, visitor, path);
            return;
        }
        String name = request.getParameter("name");
        String what = route.method() + " " + path + (name == null ? "" : " " + name);
        try {
            visitor.need(route.role(), route.method() + " " + route.path());
            act(route, request, response, visitor, path);
            visitor.did(what, route.answer().status() == HttpServletResponse.SC_ACCEPTED ? "begun" : "done");
        } catch (Exception e) {
            visitor.did(what, String.valueOf(Problems.of(e, what).status()));
            throw e;
        }
    }

    private void act(Route route, HttpServletRequest request, HttpServletResponse response, Visitor visitor, String path)
            throws Exception {
        Object body = route.takes().isPresent() ? body(request, route.takes().get().mediaType()) : null;
        Object answer = route.action().answer(new Call(request, response, visitor, route.match(path).orElseThrow(), body));
        if (!request.isAsyncStarted()) {
            UnreadBody.settle(request, response, polite());
        }
        if (answer != null) {
            response.setStatus(route.answer().status());
            response.setContentType(Route.JSON);
            write(response, answer);
        } else if (!request.isAsyncStarted()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    /** The decoded body; null if it is not JSON, and left to the action. */
    private Object body(HttpServletRequest request, String expected) throws IOException {
        if (!mediaType(request).equals(expected)) {
            throw otherType(expected);
        }
        if (!expected.equals(Route.JSON)) {
            return null;
        }
        int most = config.body_max_bytes();
        byte[] bytes = request.getContentLengthLong() > most ? null : request.getInputStream().readNBytes(most + 1);
        if (bytes == null || bytes.length > most) {
            throw new Refusal(413, "a body has at most " + most + " bytes");
        }
        try {
            return json.decode(bytes);
        } catch (BusException.BadShape e) {
            throw new Refusal(400, e.getMessage());
        }
    }

    private Map<String, Object> statistics() {
        Map<String, Object> rest = new LinkedHashMap<>();
        rest.put("requests", requests.sum());
        rest.put("requests_refused", refused.sum());
        rest.put("requests_busy", busy.sum());
        rest.put("streams_now", (long) streams.count());
        rest.put("topics_read_now", (long) readers.count());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rest", rest);
        all.put("rosbridge", rosbridge.statistics());
        return all;
    }

    private void sweep() {
        readers.sweep();
        streams.sweep();
    }

    @Deactivate
    void close() {
        doors.forEach(readers::end);
        streams.close();
        housekeeping.shutdown();
    }
}
