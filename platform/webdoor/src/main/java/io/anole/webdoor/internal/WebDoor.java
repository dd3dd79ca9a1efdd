package io.anole.webdoor.internal;

import io.anole.access.Access;
import io.anole.access.Act;
import io.anole.access.Audit;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Role;
import io.anole.access.Visit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/**
 * Asks who it is in front of every servlet that does not ask itself, such as those of processes, which know nothing of users:
 * viewers may read, operators do the rest. It is there also while nobody can be asked, and then lets nobody through. Says of
 * everything how browsers shall treat it, unless the servlet says so itself.
 *
 * <p>Called by the web server's threads.
 */
@Component(service = Preprocessor.class)
public final class WebDoor implements Preprocessor {
    private static final String DOOR = "web";
    /** Whoever asks by itself would otherwise be asked twice. */
    private static final List<String> ASK_THEMSELVES = List.of("/api", "/rosbridge", "/system/console");
    /** For probes, which have no secret and use whatever name this machine has. */
    private static final String HEALTH = "/health";
    /** Neither shows nor sends messages. */
    private static final String METRICS = "/metrics";
    /** A page that needs more than its own files says so itself: these can be set anew. */
    private static final Map<String, String> HEADERS = Map.of("X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY",
            "Referrer-Policy", "same-origin", "Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; "
            + "form-action 'self'; frame-ancestors 'none'");
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    volatile Access access;
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    volatile Audit audit;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked) || !(response instanceof HttpServletResponse answer)) {
            throw new ServletException("only HTTP is spoken here");
        }
        HEADERS.forEach(answer::setHeader);
        // As the dispatcher reads it: decoded, and without dots.
        String path = Objects.requireNonNullElse(asked.getServletPath(), "") + Objects.requireNonNullElse(asked.getPathInfo(), "");
        boolean reads = READING.contains(asked.getMethod());
        if (ASK_THEMSELVES.stream().anyMatch(door -> within(door, path)) || reads && within(HEALTH, path)) {
            chain.doFilter(request, response);
            return;
        }
        Identity identity = enter(asked, answer, path, reads);
        if (identity == null) {
            return;
        }
        chain.doFilter(request, response);
        if (!reads) {
            told(identity, asked, path, String.valueOf(answer.getStatus()));
        }
    }

    private static boolean within(String door, String path) {
        return path.equals(door) || path.startsWith(door + "/");
    }

    /** Who it is, or null after a refusal. */
    private Identity enter(HttpServletRequest request, HttpServletResponse response, String path, boolean reads) throws IOException {
        Access present = access;
        if (present == null) {
            refuse(response, new Refused(503, "nobody is let in: is bundle io.anole.access active? See ./anole doctor"));
            return null;
        }
        Identity identity = null;
        try {
            boolean shows = reads && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
            identity = present.admit(Visit.of(DOOR, request.getRemoteAddr(), request::getHeader, request::getAttribute).shows(shows));
            String what = request.getMethod() + " " + path;
            identity.need(reads ? Role.VIEWER : Role.OPERATOR, what);
            if (!path.equals(METRICS)) {
                unlimited(identity, reads, what);
            }
            return identity;
        } catch (Refused refused) {
            if (identity != null) {
                told(identity, request, path, "403");
            }
            refuse(response, refused);
            return null;
        }
    }

    /** What a servlet publishes and shows it does not tell here, so whoever has rules for that must not ask it. */
    private static void unlimited(Identity identity, boolean reads, String what) {
        Set<Act> limited = identity.rights().limited();
        if (reads ? limited.contains(Act.SUBSCRIBE) : limited.contains(Act.PUBLISH) || limited.contains(Act.CALL)) {
            throw new Refused(403, what + " may do what the rules of io.anole.access do not allow '" + identity.name()
                    + "': use /api or /rosbridge");
        }
    }

    private void told(Identity identity, HttpServletRequest request, String path, String result) {
        Audit present = audit;
        if (present != null) {
            present.record(DOOR, identity.name(), request.getRemoteAddr(), request.getMethod() + " " + path, result);
        }
    }

    private static void refuse(HttpServletResponse response, Refused refused) throws IOException {
        byte[] body = (refused.getMessage().replaceAll("\\p{Cntrl}+", " ") + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(refused.status());
        if (refused.status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Anole\", charset=\"UTF-8\"");
        }
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("text/plain;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
