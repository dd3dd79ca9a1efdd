package io.anole.provider.mqtt.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps names to MQTT topics and back. {@code /odom} is {@code <prefix>odom}; what MQTT forbids or reserves is
 * percent-encoded ({@code + # %} anywhere, {@code $} and {@code @} at the start of a name). The topics below the spaces
 * {@code @link @inbox @reply @call @state} are the provider's own, and no name can reach them. A segment that begins with
 * {@code %%} is a probe: nothing that is encoded contains it. Safe for any thread.
 */
final class Topics {
    /** Topics remembered with their names; forgotten all at once when there are more. */
    private static final int REMEMBERED = 4096;
    private static final String PROBE = "%%";

    private final String prefix;
    private final String me;
    private final ConcurrentHashMap<String, Name> names = new ConcurrentHashMap<>();

    /** {@code client} is this client's identifier. */
    Topics(String prefix, String client) {
        this.prefix = prefix;
        this.me = encode(List.of(client), false);
    }

    /** This client as a segment of a topic; that is how clients are told apart. */
    String me() {
        return me;
    }

    String topic(Name name) {
        return prefix + encode(name.segments(), true);
    }

    String filter(Pattern pattern) {
        return prefix + encode(pattern.segments(), true);
    }

    /** The topic's name, or null if it is the provider's own, or none that a name can have. */
    Name name(String topic) {
        Name known = names.get(topic);
        if (known != null) {
            return known;
        }
        if (!topic.startsWith(prefix)) {
            return null;
        }
        Name name = decode(topic.substring(prefix.length()));
        if (name == null || !topic(name).equals(topic)) {
            return null;
        }
        remember(topic, name);
        return name;
    }

    /** Whether it lies in one of the provider's own spaces. */
    boolean own(String topic) {
        return topic.startsWith(prefix) && topic.length() > prefix.length() && topic.charAt(prefix.length()) == '@';
    }

    String state(Name key) {
        return prefix + "@state/" + encode(key.segments(), false);
    }

    /** The filter of a watch; one that names a single key takes those below too, so that a probe can reach it. */
    String stateFilter(Pattern pattern) {
        String filter = prefix + "@state/" + encode(pattern.segments(), false);
        return wild(pattern) ? filter : filter + "/#";
    }

    /** A topic that only the filter of this watch, and wider ones, take, and that is no key's. */
    String stateProbe(Pattern pattern, long number) {
        String probe = probe(number);
        StringBuilder topic = new StringBuilder(prefix).append("@state");
        for (String segment : pattern.segments()) {
            topic.append('/').append(segment.startsWith("*") ? probe : encode(List.of(segment), false));
        }
        return wild(pattern) ? topic.toString() : topic + "/" + probe;
    }

    /** The key of a state topic, or null if it is a probe or none that a name can have. */
    Name stateKey(String topic) {
        return below("@state/", topic);
    }

    String links() {
        return prefix + "@link/#";
    }

    /** The presence of a client. */
    String link(String client) {
        return prefix + "@link/" + client;
    }

    /** The claim of a client to serve. */
    String claim(String client, Name service) {
        return link(client) + "/serves/" + encode(service.segments(), false);
    }

    String linkProbe(long number) {
        return prefix + "@link/" + probe(number);
    }

    /** The client whose presence or claim this topic is. */
    String linkClient(String topic) {
        String rest = topic.substring(prefix.length() + "@link/".length());
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    /** The service of a claim; null if the topic is none. */
    Name claimed(String client, String topic) {
        return below("@link/" + client + "/serves/", topic);
    }

    String inboxes() {
        return prefix + "@inbox/" + me + "/#";
    }

    String inbox(String client, Name service) {
        return prefix + "@inbox/" + client + "/" + encode(service.segments(), false);
    }

    Name inboxService(String topic) {
        return below("@inbox/" + me + "/", topic);
    }

    /** Where clients that know nothing of inboxes call. */
    String call(Name service) {
        return prefix + "@call/" + encode(service.segments(), false);
    }

    String reply() {
        return prefix + "@reply/" + me;
    }

    private String probe(long number) {
        return PROBE + number + "%" + me;
    }

    /** The number of this client's probe, or 0 if the topic is no probe of its. */
    long probeNumber(String topic) {
        int from = topic.indexOf("/" + PROBE) + 1 + PROBE.length();
        int middle = topic.indexOf('%', from);
        int slash = topic.indexOf('/', from);
        String client = topic.substring(middle + 1, slash < 0 ? topic.length() : slash);
        return client.equals(me) ? Long.parseLong(topic.substring(from, middle)) : 0;
    }

    static boolean isProbe(String topic) {
        return topic.contains("/" + PROBE);
    }

    private Name below(String space, String topic) {
        Name known = names.get(topic);
        if (known != null) {
            return known;
        }
        int from = prefix.length() + space.length();
        if (topic.length() <= from || !topic.startsWith(space, prefix.length())) {
            return null;
        }
        Name name = decode(topic.substring(from));
        if (name == null || !encode(name.segments(), false).equals(topic.substring(from))) {
            return null;
        }
        remember(topic, name);
        return name;
    }

    private void remember(String topic, Name name) {
        if (names.size() >= REMEMBERED) {
            names.clear();
        }
        names.put(topic, name);
    }

    private static boolean wild(Pattern pattern) {
        return pattern.name().isEmpty();
    }

    /** Encodes the segments of a name or a pattern. {@code top} if they stand where the provider's own spaces do. */
    static String encode(List<String> segments, boolean top) {
        StringBuilder out = new StringBuilder();
        for (String segment : segments) {
            if (!out.isEmpty()) {
                out.append('/');
            }
            if (segment.equals("*")) {
                out.append('+');
                continue;
            }
            if (segment.equals("**")) {
                out.append('#');
                continue;
            }
            for (int i = 0; i < segment.length(); i++) {
                char c = segment.charAt(i);
                boolean reserved = c == '+' || c == '#' || c == '%' || c == '/'
                        || top && out.isEmpty() && (c == '$' || c == '@');
                if (reserved) {
                    out.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                } else {
                    out.append(c);
                }
            }
        }
        return out.toString();
    }

    private static Name decode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 1).append('/');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int high = digit(text, i + 1);
            int low = digit(text, i + 2);
            if (high < 0 || low < 0) {
                return null;
            }
            out.append((char) (high << 4 | low));
            i += 2;
        }
        try {
            return Name.of(out.toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }
}
