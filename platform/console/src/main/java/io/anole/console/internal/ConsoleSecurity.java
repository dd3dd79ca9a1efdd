package io.anole.console.internal;

import io.anole.access.Access;
import io.anole.access.Audit;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Users;
import io.anole.access.Users.Generated;
import io.anole.access.Visit;
import io.anole.bus.Pattern;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Objects;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.context.ServletContextHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of the Felix web console: for the administrator, whose password was generated for this home directory, and for users,
 * each within the role. The framework property {@code felix.webconsole.security.providers} names this provider: without it the
 * console serves nothing, and its own default user is never let in.
 *
 * <p>Called by the container's threads.
 */
@Component(property = {
    SecurityProvider.PROPERTY_ID + "=" + ConsoleSecurity.ID,
    "service.ranking:Integer=1000",
    "anole.url=Web console /system/console"
})
public final class ConsoleSecurity implements SecurityProvider {
    static final String ID = "io.anole.console";
    static final String DOOR = "console";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSecurity.class);
    /** Felix' own pages have scripts and styles in the page, and make some, but from nothing elsewhere; the robot's say their own. */
    private static final String POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final int TOO_MANY = 429;
    private static final String RETRY_S = "60";

    private final Access access;
    private final Users users;
    private final Audit audit;
    private final boolean administrator;

    @Activate
    public ConsoleSecurity(@Reference Access access, @Reference Users users, @Reference Audit audit) {
        this.access = access;
        this.users = users;
        this.audit = audit;
        this.administrator = administrator(users);
    }

    private static boolean administrator(Users users) {
        try {
            Generated generated = users.administrator();
            if (generated.created()) {
                // To the terminal and not to the log, which others may read. Only this once.
                System.out.printf("web console: user %s, password %s (kept in run/console.password of the home)%n",
                        Users.ADMINISTRATOR, generated.password());
            }
            return true;
        } catch (IOException e) {
            LOG.error("web console: the administrator is not let in: {}",
                    e instanceof FileSystemException ? e.toString() : e.getMessage());
            return false;
        }
    }

    @Override
    public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        try {
            Identity identity = access.prove(Visit.of(DOOR, request.getRemoteAddr(), request::getHeader, request::getAttribute)
                    .shows(shows(request)));
            enter(identity, request);
            request.setAttribute(ServletContextHelper.AUTHENTICATION_TYPE, HttpServletRequest.BASIC_AUTH);
            request.setAttribute(ServletContextHelper.REMOTE_USER, identity.name());
            return identity;
        } catch (Refused refused) {
            return refuse(response, refused, request.getHeader("Authorization") == null);
        }
    }

    /** Whether it is a link that only shows a page, wherever the link is. */
    private static boolean shows(HttpServletRequest request) {
        return reads(request) && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
    }

    private static boolean reads(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private void enter(Identity identity, HttpServletRequest request) {
        String path = Objects.requireNonNullElse(request.getPathInfo(), "/");
        try {
            identity.need(Permissions.needed(reads(request), path), (reads(request) ? "looking at " : "doing ") + path);
            Permissions.names(path).ifPresent(names -> need(identity, names, request));
        } catch (Refused refused) {
            if (!reads(request)) {
                // Of a form that can't be read there is no name to tell, and then it was not refused by a rule for one.
                String name = identity.role().includes(Permissions.needed(false, path)) && refused.status() == 403
                        ? " name=" + request.getParameter("name") : "";
                audit.record(DOOR, identity.name(), request.getRemoteAddr(), request.getMethod() + " " + path + name, "403");
            }
            throw refused;
        }
    }

    /** What the rules say, which are the same for all doors. */
    private static void need(Identity identity, Permissions.Names names, HttpServletRequest request) {
        try {
            String asked = request.getParameter(names.parameter());
            if (asked != null && !asked.isEmpty()) {
                identity.need(names.act(), Pattern.of(names.all().orElse(asked)));
            }
        } catch (Refused refused) {
            throw refused;
        } catch (RuntimeException e) {
            // An illegal name, or Jetty's way to say that the form is malformed or too long.
            throw new Refused(400, "this can't be read: " + e.getMessage());
        }
    }

    private Object refuse(HttpServletResponse response, Refused refused, boolean nothingGiven) {
        String why = refused.getMessage();
        int status = refused.status();
        if (status == HttpServletResponse.SC_UNAUTHORIZED && !administrator && users.list().isEmpty()) {
            status = HttpServletResponse.SC_SERVICE_UNAVAILABLE;
            why = "there is no usable password: see the log";
        } else if (status == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Anole\", charset=\"UTF-8\"");
            why = nothingGiven ? "the password of '" + Users.ADMINISTRATOR + "' is in run/console.password of the home" : why;
        } else if (status == TOO_MANY) {
            response.setHeader("Retry-After", RETRY_S);
        }
        byte[] body = (why.replaceAll("\\p{Cntrl}+", " ") + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
            response.flushBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return null;
    }

    /** What each role may do was asked at the door. */
    @Override
    public boolean authorize(Object user, String role) {
        return user instanceof Identity;
    }

    /** Nothing to forget: the console itself answers with 401, which makes the browser forget. */
    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        // See above.
    }
}
