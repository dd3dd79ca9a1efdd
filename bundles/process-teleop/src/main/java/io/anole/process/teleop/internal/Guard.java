package io.anole.process.teleop.internal;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the pages of strangers away from the robot. A browser on this machine opens any site, and that site may send
 * requests here: from its own origin, which the browser tells, or after it has let its own host name point to 127.0.0.1,
 * which the Host header tells. Immutable.
 */
final class Guard {
    /** A host name or address, and its port. */
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");

    private final Set<String> hosts;

    /** @param hosts names besides those of the machine itself */
    Guard(String... hosts) {
        Set<String> lower = new HashSet<>();
        for (String host : hosts) {
            lower.add(host.toLowerCase(Locale.ROOT));
        }
        this.hosts = Set.copyOf(lower);
    }

    /** Refuses requests to a name that is not ours. */
    void host(String host) throws Refusal {
        if (host == null || !known(host.toLowerCase(Locale.ROOT))) {
            throw new Refusal(421, "this host name is not served: use localhost, or name it in the setting 'hosts'");
        }
    }

    private boolean known(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        return matcher.matches() && (LOOPBACK.matcher(matcher.group(1)).matches() || hosts.contains(matcher.group(1)));
    }

    /**
     * Refuses requests that the page of another origin has made. Tools that tell no origin may pass.
     *
     * @param host   the header of this name
     * @param origin the header of this name, or null
     * @param site   the header {@code Sec-Fetch-Site}, or null
     */
    void origin(String host, String origin, String site) throws Refusal {
        boolean same = origin == null || origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
        if (!same || site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refusal(403, "pages of another origin may not drive this robot");
        }
    }
}
