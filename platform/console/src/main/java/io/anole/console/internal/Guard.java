package io.anole.console.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells whether a stranger's page has made a request. The browser adds the console's password by itself to whatever it
 * sends here, so a site that is open in another tab must not be able to send anything.
 */
final class Guard {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|\\[::1]|127(\\.\\d{1,3}){3})(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private Guard() {
    }

    /** Whether it came to this machine under its own name, and not under one that was made to point here. */
    static boolean ownHost(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return host != null && LOOPBACK.matcher(host).matches();
    }

    /** Whether it came from the console's own pages, from a tool, or is a link that only shows a page. */
    static boolean ownOrigin(HttpServletRequest request) {
        boolean reading = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return reading && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        }
        String origin = request.getHeader("Origin");
        String host = request.getHeader("Host");
        return origin == null || origin.toLowerCase(Locale.ROOT).equals("http://" + host.toLowerCase(Locale.ROOT));
    }
}
