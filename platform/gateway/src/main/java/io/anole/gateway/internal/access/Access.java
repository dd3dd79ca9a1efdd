package io.anole.gateway.internal.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The one place that decides who may come in, by whichever door, and as what. Without tokens only this machine's own programs
 * may; pages of strangers in a browser on this machine never may: their own origin tells on them, and the Host header on a
 * name that was made to point here.
 *
 * <p>A token is sent as {@code Authorization: Bearer <token>}, or as the query's {@code token} where a browser's WebSocket can
 * send no header. Tokens are random and long, so what is kept of them is a plain hash. Immutable.
 */
@Component(service = Access.class, configurationPid = AccessConfig.PID)
@Designate(ocd = AccessConfig.class)
public final class Access {
    /** A host name or address, and its port. */
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_TOKEN = 512;

    private final Clock clock;
    private final Set<String> hosts;
    private final Set<String> origins;
    private final List<Token> tokens;
    private final Visitor local;

    /** The last day is null for a token that is always good. */
    private record Token(Visitor visitor, byte[] hash, LocalDate lastDay) {
        static Token of(String text) {
            String[] parts = text.split(":", -1);
            try {
                if (parts.length < 3 || parts.length > 4 || !parts[0].matches("[\\w.-]{1,64}")) {
                    throw new IllegalArgumentException("it is not name:role:sha256[:date]");
                }
                byte[] hash = HexFormat.of().parseHex(parts[2].toLowerCase(Locale.ROOT));
                if (hash.length != 32) {
                    throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits");
                }
                return new Token(new Visitor(parts[0], role(parts[1])), hash,
                        parts.length == 4 ? LocalDate.parse(parts[3]) : null);
            } catch (IllegalArgumentException | DateTimeParseException e) {
                // Not the text itself: it may hold a token that somebody forgot to hash.
                throw new IllegalArgumentException(AccessConfig.PID + ": tokens: the entry of '" + parts[0] + "': "
                        + e.getMessage(), e);
            }
        }
    }

    @Activate
    public Access(AccessConfig config) {
        this(config.hosts(), config.origins(), config.tokens(), config.local_role(), Clock.systemDefaultZone());
    }

    Access(String[] hosts, String[] origins, String[] tokens, String localRole, Clock clock) {
        this.clock = clock;
        this.hosts = lower(hosts);
        this.origins = lower(origins);
        this.tokens = Stream.of(tokens).map(Token::of).collect(Collectors.toCollection(ArrayList::new));
        this.local = new Visitor("local", role(localRole));
    }

    private static Set<String> lower(String... texts) {
        return Stream.of(texts).map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static Role role(String text) {
        for (Role role : Role.values()) {
            if (role.name().equalsIgnoreCase(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no role: there are viewer, operator and admin");
    }

    /** @throws Refusal if this visitor may not come in */
    public Visitor admit(HttpServletRequest request) {
        String token = request.getHeader("Authorization");
        if (token != null) {
            if (!token.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw new Refusal(401, "send a token as 'Authorization: Bearer <token>'");
            }
            token = token.substring(BEARER.length()).strip();
        } else {
            token = request.getParameter("token");
        }
        return admit(request.getHeader("Host"), request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"), token,
                request.getRemoteAddr());
    }

    /**
     * Admits a visitor.
     *
     * @param site  the header {@code Sec-Fetch-Site}, or null
     * @param token null for none
     */
    Visitor admit(String host, String origin, String site, String token, String remote) {
        if (host == null || !known(host.toLowerCase(Locale.ROOT))) {
            throw new Refusal(421, "this host name is not served: use localhost, or name it in " + AccessConfig.PID
                    + ", hosts");
        }
        boolean named = origin != null && origins.contains(origin.toLowerCase(Locale.ROOT));
        boolean same = origin == null || origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
        boolean strangers = site != null && !site.equals("same-origin") && !site.equals("none");
        if (!named && (!same || strangers)) {
            throw new Refusal(403, "pages of another origin may not come in: name the origin in " + AccessConfig.PID
                    + ", origins");
        }
        if (tokens.isEmpty()) {
            if (!loopback(remote)) {
                throw new Refusal(401, "without tokens only this machine itself may come in: see " + AccessConfig.PID
                        + ", tokens");
            }
            return local;
        }
        if (token == null || token.length() > LONGEST_TOKEN) {
            throw new Refusal(401, "a token is needed: 'Authorization: Bearer <token>', or for a WebSocket ?token=<token>");
        }
        byte[] hash = hash(token);
        // Each is compared, and wholly: the time tells nothing.
        Token found = null;
        for (Token known : tokens) {
            if (MessageDigest.isEqual(known.hash(), hash)) {
                found = known;
            }
        }
        if (found == null) {
            throw new Refusal(401, "this token is not known");
        }
        if (found.lastDay() != null && LocalDate.now(clock).isAfter(found.lastDay())) {
            throw new Refusal(401, "this token is good no longer");
        }
        return found.visitor();
    }

    private boolean known(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        return matcher.matches() && (LOOPBACK.matcher(matcher.group(1)).matches() || hosts.contains(matcher.group(1)));
    }

    private static boolean loopback(String remote) {
        try {
            return InetAddress.getByName(remote).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}
