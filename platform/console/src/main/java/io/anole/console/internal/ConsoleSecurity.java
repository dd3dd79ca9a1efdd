package io.anole.console.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.context.ServletContextHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of the Felix web console: one user, whose password was generated for this home directory. The framework property
 * {@code felix.webconsole.security.providers} names this provider: without it the console serves nothing, and its own
 * default user is never let in.
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
    static final String USER = "admin";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSecurity.class);

    /** Empty if there is no usable password, and nobody is let in. */
    private final byte[] expected;
    private final Attempts attempts = new Attempts(System::nanoTime);

    @Activate
    public ConsoleSecurity(BundleContext context) {
        Path file = Path.of(context.getProperty("anole.home"), "run", "console.password");
        byte[] digest = {};
        try {
            Password password = Password.of(file);
            digest = digest(USER + ":" + password.text());
            if (password.created()) {
                // To the terminal and not to the log, which others may read. Only this once.
                System.out.printf("web console: user %s, password %s (kept in %s)%n", USER, password.text(), file);
            }
        } catch (IOException e) {
            LOG.error("web console: nobody is let in: {}",
                    e instanceof FileSystemException ? e.toString() : e.getMessage());
        }
        expected = digest;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Content-Security-Policy", "frame-ancestors 'none'");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        if (!Guard.ownHost(request)) {
            return refuse(response, 421, "this host name is not served: use localhost");
        }
        if (!Guard.ownOrigin(request)) {
            return refuse(response, HttpServletResponse.SC_FORBIDDEN, "pages of another origin may not use the console");
        }
        if (expected.length == 0) {
            return refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "there is no usable password: see the log");
        }
        if (attempts.exhausted()) {
            response.setHeader("Retry-After", String.valueOf(Attempts.SECONDS));
            return refuse(response, 429, "too many wrong passwords: wait a minute");
        }
        String given = credentials(request.getHeader("Authorization"));
        if (given != null && MessageDigest.isEqual(digest(given), expected)) {
            attempts.succeeded();
            request.setAttribute(ServletContextHelper.AUTHENTICATION_TYPE, HttpServletRequest.BASIC_AUTH);
            request.setAttribute(ServletContextHelper.REMOTE_USER, USER);
            return USER;
        }
        if (given != null && attempts.failed()) {
            LOG.warn("web console: {} wrong passwords within a minute, nobody is let in until it is over", Attempts.MOST);
        }
        response.setHeader("WWW-Authenticate", "Basic realm=\"Anole\", charset=\"UTF-8\"");
        return refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "the password is in run/console.password of the home");
    }

    /** User and password as {@code user:password}, or null if there are none. */
    private static String credentials(String header) {
        String scheme = "Basic ";
        if (header == null || !header.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(scheme.length()).strip());
            return new String(decoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Object refuse(HttpServletResponse response, int status, String why) {
        byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
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

    /** There is one role. */
    @Override
    public boolean authorize(Object user, String role) {
        return USER.equals(user);
    }

    /** Nothing to forget: the console itself answers with 401, which makes the browser forget. */
    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        // See above.
    }
}
