package io.anole.provider.ros1.internal;

import io.anole.bus.provider.Backoff;
import io.anole.bus.provider.LinkConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configuration of a link, checked. The keys are documented in docs/providers/ros1.md; what is not configured comes from
 * the environment that ROS's own tools read.
 *
 * @param master    of the master, with a slash at its end
 * @param node      the node's full name
 * @param host      what other nodes are told to connect to; null to find out
 * @param bind      address to listen on; null for the host's
 * @param remap     which name of the bus is which of ROS
 * @param types     of topics and services that tell none, by their names in ROS
 * @param folders   in which definitions are looked for first
 * @param rosout    least level of what is logged that is told on /rosout; empty for no part in ROS's logging
 * @param clockHz   how often the time is told on /clock; 0 for never
 * @param queueSize messages that wait for one subscriber
 * @param settle    ms that the first message waits for subscribers that the master knows
 * @param stall     ms after which a subscriber that takes nothing is waited for no more
 * @param callsIdle ms for which a connection to a service is kept for the next request; 0 for one connection for each request
 */
record Settings(String bus, String runtime, String master, String node, String host, String bind, int slavePort,
        int dataPort, Remap remap, Map<String, String> types, List<Path> folders, Environment environment,
        Optional<Severity> rosout, int clockHz, int queueSize, int maxPayload, int settle, int stall, int timeout, Backoff backoff,
        int heartbeat, int callsIdle) {
    /** Where a master is if nobody says otherwise. */
    static final String MASTER = "http://127.0.0.1:11311/";
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(20));
    /** Without a scheme or a port, which only an address with two colons can seem to have. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.-]+|\\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%\\w+)?]?");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z]\\w*/[A-Za-z]\\w*");
    static final Set<String> KEYS = Set.of("master", "node.name", "host", "bind", "port", "tcpros.port", "remap", "rosout",
            "clock.hz", "types", "definitions", "queue.size", "max.payload", "connect.wait.ms", "stall.ms", "timeout.ms", "reconnect.min.ms",
            "reconnect.max.ms", "heartbeat.ms", "calls.idle.ms");

    /** @throws IllegalArgumentException with one line that names the key, what is wrong and what would be right */
    static Settings of(LinkConfig config, Environment environment) {
        config.properties().keySet().forEach(key -> {
            if (!KEYS.contains(key)) {
                throw wrong(config, key, "is no setting of the ros1 provider; there are " + new TreeSet<>(KEYS));
            }
        });
        return new Settings(config.bus(), config.runtime(), master(config, environment), node(config, environment),
                host(config, environment), bind(config), (int) config.number("port", 0, 0, 65_535),
                (int) config.number("tcpros.port", 0, 0, 65_535),
                remap(config), types(config), folders(config), environment, rosout(config), (int) config.number("clock.hz", 0, 0, 1000),
                (int) config.number("queue.size", 1000, 1, 1_000_000),
                (int) config.number("max.payload", 64 << 20, 64, 1_000_000_000), (int) config.number("connect.wait.ms", 1000, 0, 60_000),
                (int) config.number("stall.ms", 2000, 1, 3_600_000), (int) config.number("timeout.ms", 5000, 100, 60_000), Backoff.of(config, BACKOFF),
                (int) config.number("heartbeat.ms", 1000, 50, 60_000),
                (int) config.number("calls.idle.ms", 10_000, 0, 3_600_000));
    }

    private static String given(Environment environment, String key, String fallback) {
        String value = environment.value(key);
        return value == null ? fallback : value;
    }

    private static String master(LinkConfig config, Environment environment) {
        String text = config.text("master", given(environment, "ROS_MASTER_URI", MASTER)).strip();
        if (!isMaster(text)) {
            throw wrong(config, "master", "'" + text + "'" + from(config, environment, "master", "ROS_MASTER_URI")
                    + " is no address of a master; write http://host:11311/");
        }
        return text.endsWith("/") ? text : text + "/";
    }

    private static boolean isMaster(String text) {
        try {
            URI uri = new URI(text);
            String authority = uri.getRawAuthority();
            if (!"http".equals(uri.getScheme()) || authority == null || authority.indexOf('@') >= 0
                    || !authority.matches(".+:[0-9]{1,5}")) {
                return false;
            }
            int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
            return port >= 1 && port <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String host(LinkConfig config, Environment environment) {
        String variable = environment.value("ROS_HOSTNAME") == null ? "ROS_IP" : "ROS_HOSTNAME";
        String host = config.text("host", environment.value(variable));
        if (host != null && !HOST.matcher(host).matches()) {
            throw wrong(config, "host", "'" + host + "'" + from(config, environment, "host", variable)
                    + " is no name or address of a host, such as robot1 or 192.168.0.5");
        }
        return host;
    }

    /** Where a value is from that is not configured. */
    private static String from(LinkConfig config, Environment environment, String key, String variable) {
        return config.properties().containsKey(key) ? ""
                : environment.where(variable).map(where -> ", " + variable + " of " + where + ",").orElse("");
    }

    private static String node(LinkConfig config, Environment environment) {
        String name = config.text("node.name", "anole_" + config.runtime() + "_" + config.bus());
        if (!config.properties().containsKey("node.name")) {
            name = name.replaceAll("[^A-Za-z0-9_]", "_");
        }
        String full = name.startsWith("/") ? name : (given(environment, "ROS_NAMESPACE", "") + "/" + name).replaceAll("/+", "/");
        full = full.startsWith("/") ? full : "/" + full;
        if (!full.matches("(/[A-Za-z][A-Za-z0-9_]*)+") || full.length() > 200) {
            throw wrong(config, "node.name", "'" + name + "' is no name of a node; letters, digits and _, as in /robot/anole");
        }
        return full;
    }

    private static String bind(LinkConfig config) {
        String bind = config.text("bind", null);
        if (bind != null && !HOST.matcher(bind).matches()) {
            throw wrong(config, "bind", "'" + bind + "' is no address of this machine, such as 192.168.0.5");
        }
        return bind;
    }

    private static Optional<Severity> rosout(LinkConfig config) {
        String word = config.text("rosout", Severity.WARN.word());
        Optional<Severity> level = Severity.of(word);
        if (level.isEmpty() && !word.equals("off")) {
            throw wrong(config, "rosout", "'" + word + "' is none of debug, info, warn, error, fatal and off");
        }
        return level;
    }

    private static Remap remap(LinkConfig config) {
        try {
            return Remap.parse(config.text("remap", ""));
        } catch (IllegalArgumentException e) {
            throw wrong(config, "remap", e.getMessage());
        }
    }

    private static Map<String, String> types(LinkConfig config) {
        Map<String, String> types = new HashMap<>();
        for (String one : config.text("types", "").split(",")) {
            if (one.isBlank()) {
                continue;
            }
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw wrong(config, "types", "'" + one.strip() + "' is not like /cmd_vel=geometry_msgs/Twist");
            }
            String name = one.substring(0, equals).strip();
            String type = one.substring(equals + 1).strip();
            if (!TYPE.matcher(type).matches()) {
                throw wrong(config, "types", "'" + type + "' is no type of ROS, such as geometry_msgs/Twist");
            }
            types.put(name.startsWith("/") ? name : "/" + name, type);
        }
        return Map.copyOf(types);
    }

    private static List<Path> folders(LinkConfig config) {
        List<Path> folders = new ArrayList<>();
        for (String one : config.text("definitions", "").split(":")) {
            if (!one.isBlank()) {
                folders.add(Path.of(one.strip()));
            }
        }
        return List.copyOf(folders);
    }

    private static IllegalArgumentException wrong(LinkConfig config, String key, String what) {
        return new IllegalArgumentException("bus '" + config.bus() + "': " + key + ": " + what);
    }
}
