package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may connect, how they prove it, and what they may do. A line of the file is an identity, its token or the word
 * {@code tls}, the word {@code router} if it may link a router, and what it may do: {@code publish=/odom,/scan/**
 * subscribe=/cmd_vel serve=/reset put=/map/**}. What a line does not speak of is allowed.
 *
 * <p>A line also holds for the children of its identity: those that add two dashes and something to it. Two, since with one
 * {@code robot} could call itself {@code robot-arm}, and a child that it has for its arm would be taken for that runtime's.
 */
final class Clients {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final int SHORTEST = 16;
    private static final String BY_CERTIFICATE = "tls";
    private static final String ROUTER = "router";
    private static final String CHILD = "--";
    /** What identities consist of: no slash above all, as there the identity ends in the name of a sender. */
    private static final String LEGAL = "[A-Za-z0-9_-]+";

    /** The router's own link; and everybody, where nobody is asked. */
    static final Client TRUSTED = new Client("", true, Map.of());

    private final Map<String, Client> clients = new HashMap<>();
    private boolean asks;
    private Path children;

    /** What there are rules for. */
    enum Act { PUBLISH, SUBSCRIBE, SERVE, PUT }

    /** One that may connect. */
    record Client(String token, boolean router, Map<Act, List<Pattern>> rules) {
        boolean may(Act act, Name name) {
            List<Pattern> allowed = rules.get(act);
            return allowed == null || allowed.stream().anyMatch(one -> one.matches(name));
        }

        /** It vouches for nobody behind it. */
        Client child() {
            return new Client(token, false, rules);
        }

        /** Whether every name of the pattern is allowed. */
        boolean may(Act act, Pattern pattern) {
            List<Pattern> allowed = rules.get(act);
            return allowed == null || allowed.stream().anyMatch(one -> covers(one.segments(), pattern.segments()));
        }
    }

    static boolean covers(List<String> wide, List<String> narrow) {
        for (int i = 0; i < wide.size(); i++) {
            String allowed = wide.get(i);
            if (allowed.equals("**")) {
                return true;
            }
            if (i >= narrow.size() || narrow.get(i).equals("**") || !allowed.equals("*") && !allowed.equals(narrow.get(i))) {
                return false;
            }
        }
        return wide.size() == narrow.size();
    }

    /** Everybody may do everything. */
    static Clients all() {
        return new Clients();
    }

    /** @throws IllegalArgumentException with the number of the line that is wrong, and why */
    static Clients read(List<String> lines) {
        Clients all = new Clients();
        all.asks = true;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    all.add(line.split("\\s+"));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return all;
    }

    private void add(String[] words) {
        if (words.length < 2 || words[1].length() < SHORTEST && !words[1].equals(BY_CERTIFICATE)) {
            throw new IllegalArgumentException("write an identity, and a token of " + SHORTEST + " characters or more, or tls");
        }
        Map<Act, List<Pattern>> rules = new EnumMap<>(Act.class);
        for (String rule : Arrays.asList(words).subList(2, words.length)) {
            int equals = rule.indexOf('=');
            if (rule.equals(ROUTER)) {
                continue;
            }
            if (equals < 0 || rules.put(act(rule.substring(0, equals)), patterns(rule.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'" + rule + "' is no rule, or a second one of its kind; an example is publish=/odom,/scan/**");
            }
        }
        if (clients.put(words[0], new Client(words[1], Arrays.asList(words).indexOf(ROUTER) >= 2, rules)) != null) {
            throw new IllegalArgumentException("'" + words[0] + "' is there twice");
        }
    }

    private static Act act(String word) {
        for (Act act : Act.values()) {
            if (act.name().toLowerCase(Locale.ROOT).equals(word)) {
                return act;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is none of publish, subscribe, serve and put");
    }

    private static List<Pattern> patterns(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).map(Pattern::of).toList();
    }

    /** Of this runtime's child JVMs, as of now: they come and go, and it writes down who they are. */
    private Clients children() {
        try {
            return children == null || !Files.exists(children) ? all() : read(Files.readAllLines(children));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the clients in {} are not let in: {}", children, e.getMessage());
            return all();
        }
    }

    /** Where more clients may be written while it runs. */
    void children(Path file) {
        children = file;
    }

    /** Whether both let the same clients in, who may do the same. */
    boolean like(Clients other) {
        return asks == other.asks && clients.equals(other.clients) && Objects.equals(children, other.children);
    }

    /** Whether clients must prove who they are. */
    boolean ask() {
        return asks;
    }

    /**
     * @param certified the name in the client's certificate; null if it has none
     * @throws Refusal if it is not who it says
     */
    Client admit(String identity, String token, String certified) throws Refusal {
        if (!asks) {
            return TRUSTED;
        }
        Client own = clients.containsKey(identity) ? clients.get(identity) : children().clients.get(identity);
        String entry = own == null ? parent(identity) : identity;
        Client client = own == null ? clients.get(entry) : own;
        boolean proven = client != null && (client.token.equals(BY_CERTIFICATE) ? entry.equals(certified) : same(client.token, token));
        if (!proven) {
            throw new Refusal(Frame.FORBIDDEN, "'" + identity + "' is not known here, or does not prove that it is that");
        }
        return own == null ? client.child() : client;
    }

    /** Whose child it says it is: the longest identity that is known; empty for nobody's. */
    private String parent(String child) {
        for (int end = child.lastIndexOf(CHILD); end > 0; end = child.lastIndexOf(CHILD, end - 1)) {
            String parent = child.substring(0, end);
            if (clients.containsKey(parent) && child.substring(end + CHILD.length()).matches(LEGAL)) {
                return parent;
            }
        }
        return "";
    }

    /** In a time that does not tell how much of it was right. */
    private static boolean same(String right, String given) {
        return MessageDigest.isEqual(right.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
