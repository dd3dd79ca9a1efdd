package io.anole.access.internal;

import io.anole.access.Refused;
import io.anole.access.Visit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps the pages of strangers out. A browser on this machine opens any site, and that site may send requests here, with the
 * secrets that the browser adds by itself: from its own origin, which the browser tells, or after it has let its own host name
 * point to this machine, which the Host header tells. Immutable.
 */
final class Origins {
    /** A host name or address, and its port. */
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");

    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * What is ours.
     *
     * @param hosts   names besides those of the machine itself
     * @param origins of pages besides our own
     */
    Origins(String[] hosts, String[] origins) {
        this.hosts = lower(hosts);
        this.origins = lower(origins);
    }

    private static Set<String> lower(String... texts) {
        return Stream.of(texts).map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    /** @throws Refused for what a stranger's page has sent */
    void check(Visit visit) {
        if (visit.host() == null || !known(visit.host().toLowerCase(Locale.ROOT))) {
            throw new Refused(421, "this host name is not served: use localhost, or name it in " + DoorkeeperConfig.PID
                    + ", hosts");
        }
        String origin = visit.origin();
        boolean named = origin != null && origins.contains(origin.toLowerCase(Locale.ROOT));
        boolean same = origin == null || origin.equalsIgnoreCase("http://" + visit.host())
                || origin.equalsIgnoreCase("https://" + visit.host());
        boolean strangers = visit.site() != null && !visit.site().equals("same-origin") && !visit.site().equals("none");
        if (!named && (!same || strangers) && !(visit.shows() && origin == null)) {
            throw new Refused(403, "pages of another origin may not come in: name the origin in " + DoorkeeperConfig.PID
                    + ", origins");
        }
    }

    private boolean known(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        return matcher.matches() && (LOOPBACK.matcher(matcher.group(1)).matches() || hosts.contains(matcher.group(1)));
    }

    /** Whether an address of the network, as numbers, is this machine. */
    static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
