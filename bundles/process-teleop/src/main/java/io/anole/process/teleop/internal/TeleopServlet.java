package io.anole.process.teleop.internal;

import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Publisher;
import io.anole.types.geometry.Twist;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The door of the teleop process: its page, its commands and its events. Called by the container's threads, any number at
 * a time; all publish through the process's one publisher.
 */
final class TeleopServlet extends HttpServlet {
    /** Commands are short; what is longer is none. */
    static final int MAX_BODY = 1024;
    private static final long serialVersionUID = 1L;
    private static final long PUBLISH_SECONDS = 2;
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final transient Publisher<Twist> publisher;
    private final transient Commands commands;
    private final transient Lateness lateness;
    private final transient Guard guard;
    private final transient Viewers viewers;
    private final transient Codec json;
    private final transient Map<String, Page> pages = Page.all();

    TeleopServlet(Publisher<Twist> publisher, Commands commands, Lateness lateness, Guard guard, Viewers viewers, Codec json) {
        this.publisher = publisher;
        this.commands = commands;
        this.lateness = lateness;
        this.guard = guard;
        this.viewers = viewers;
        this.json = json;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        try {
            guard.host(request.getHeader("Host"));
            route(request, response);
        } catch (Refusal refusal) {
            answer(response, refusal.status(), Map.of("error", refusal.getMessage()));
        }
    }

    private void route(HttpServletRequest request, HttpServletResponse response) throws IOException, Refusal {
        if (request.getServletPath().isEmpty()) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", request.getContextPath() + "/teleop");
            return;
        }
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        String method = request.getMethod();
        boolean post = method.equals("POST");
        boolean get = method.equals("GET") || method.equals("HEAD");
        if (post && path.isEmpty()) {
            origin(request);
            publish(commands.named(body(request)), response);
        } else if (post && path.equals("/velocity")) {
            origin(request);
            publish(commands.velocity(body(request)), response);
        } else if (method.equals("GET") && path.equals("/events")) {
            origin(request);
            viewers.open(request, response);
        } else if (get && pages.containsKey(path)) {
            Page page = pages.get(path);
            response.setContentType(page.mediaType());
            response.setContentLength(page.content().length);
            response.getOutputStream().write(page.content());
        } else {
            String allowed = switch (path) {
                case "" -> "GET, HEAD, POST";
                case "/velocity" -> "POST";
                case "/events" -> "GET";
                default -> pages.containsKey(path) ? "GET, HEAD" : null;
            };
            if (allowed == null) {
                throw new Refusal(404, "nothing is here: the page is at " + request.getContextPath() + "/teleop");
            }
            response.setHeader("Allow", allowed);
            throw new Refusal(405, "use " + allowed);
        }
    }

    private void origin(HttpServletRequest request) throws Refusal {
        guard.origin(request.getHeader("Host"), request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"));
    }

    private static byte[] body(HttpServletRequest request) throws IOException, Refusal {
        byte[] body = request.getContentLengthLong() > MAX_BODY ? new byte[MAX_BODY + 1]
                : request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new Refusal(413, "a command has at most " + MAX_BODY + " bytes");
        }
        return body;
    }

    private void publish(Command command, HttpServletResponse response) throws IOException, Refusal {
        try {
            inOrder(command).toCompletableFuture().get(PUBLISH_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | BusException e) {
            String why = e instanceof ExecutionException && e.getCause() != null ? e.getCause().getMessage() : e.getMessage();
            throw new Refusal(503, "the command was not published: " + why);
        } catch (TimeoutException e) {
            throw new Refusal(503, "the bus has not accepted the command within " + PUBLISH_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "the server is stopping");
        }
        Map<String, Object> done = new LinkedHashMap<>();
        done.put("linear", command.linear());
        done.put("angular", command.angular());
        answer(response, HttpServletResponse.SC_OK, done);
    }

    /** No command is overtaken by the stop that makes it void between its check and the bus. */
    private CompletionStage<Void> inOrder(Command command) throws Refusal {
        synchronized (lateness) {
            lateness.check(command, Lateness.clock());
            return publisher.publish(command.twist());
        }
    }

    private void answer(HttpServletResponse response, int status, Map<String, Object> tree) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(json.encode(tree));
        response.getOutputStream().write('\n');
    }
}
