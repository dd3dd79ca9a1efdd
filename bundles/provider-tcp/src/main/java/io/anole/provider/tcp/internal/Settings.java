package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration of a link, checked. The keys are documented in docs/providers/tcp.md.
 *
 * @param router    null for a client
 * @param urls      where the router of a client is
 * @param identity  who this is to the router
 * @param token     what proves it; empty for none
 * @param keepMax   messages kept until they are delivered
 * @param keepBytes the same, in bytes
 */
record Settings(String bus, RouterSettings router, List<Endpoint> urls, String identity, String token, boolean json,
        int maxPayload, int keepMax, long keepBytes, long reconnectMin, long reconnectMax) {
    private static final Set<String> COMMON = Set.of("mode", "codec", "max.payload", "keep.max", "keep.bytes");
    private static final Set<String> CLIENT = Set.of("url", "token.file", "reconnect.min.ms", "reconnect.max.ms");
    private static final Set<String> ROUTER = Set.of("listen", "tokens.file", "heartbeat.ms", "presence.ms", "session.ms",
            "return.ms", "return.bytes", "window", "window.bytes", "lane.max", "session.bytes", "routes.max", "retained.max", "state.max",
            "calls.max", "clients.max", "registrations.max", "unaccepted.max");

    /** @throws IllegalArgumentException with one line that names the key, what is wrong and what would be right */
    static Settings of(LinkConfig config) {
        String mode = config.text("mode", "client");
        boolean router = mode.equals("router");
        if (!router && !mode.equals("client")) {
            throw wrong(config, "mode", "'" + mode + "' is neither router nor client");
        }
        Set<String> keys = new TreeSet<>(COMMON);
        keys.addAll(router ? ROUTER : CLIENT);
        config.properties().keySet().forEach(key -> known(config, key, mode, keys));
        int maxPayload = (int) config.number("max.payload", 8 << 20, 64, 256 << 20);
        Map<String, String> tokens = router ? tokens(config) : Map.of();
        long min = config.number("reconnect.min.ms", 50, 1, 60_000);
        return new Settings(config.bus(),
                router ? RouterSettings.of(config, endpoints(config, "listen", "tcp://127.0.0.1:7447", true), maxPayload, tokens) : null,
                router ? List.of() : endpoints(config, "url", "tcp://127.0.0.1:7447", false),
                config.runtime(), router ? tokens.getOrDefault(config.runtime(), "") : token(config), json(config), maxPayload,
                (int) config.number("keep.max", 65_536, 1, 1 << 24), config.number("keep.bytes", 64 << 20, 64 << 10, 1L << 40),
                min, config.number("reconnect.max.ms", Math.max(min, 1_000), min, 3_600_000));
    }

    private static void known(LinkConfig config, String key, String mode, Set<String> keys) {
        if (!keys.contains(key)) {
            throw wrong(config, key, "is no setting of the tcp provider in the mode " + mode + "; there are " + keys);
        }
    }

    private static List<Endpoint> endpoints(LinkConfig config, String key, String fallback, boolean listens) {
        List<Endpoint> all = new ArrayList<>();
        for (String text : config.text(key, fallback).split(",")) {
            Endpoint one;
            try {
                one = Endpoint.of(text);
                if (listens && !one.local()) {
                    throw new IllegalArgumentException("'" + one + "' can be reached from outside, which needs TLS, which this"
                            + " version does not have; listen on 127.0.0.1 or unix:path");
                }
            } catch (IllegalArgumentException e) {
                throw wrong(config, key, e.getMessage());
            } catch (IOException e) {
                throw wrong(config, key, "'" + text.trim() + "': the host is not known");
            }
            all.add(one);
        }
        return List.copyOf(all);
    }

    private static boolean json(LinkConfig config) {
        String codec = config.text("codec", "cbor");
        return switch (codec) {
            case "json" -> true;
            case "cbor" -> false;
            default -> throw wrong(config, "codec", "'" + codec + "' is neither cbor nor json");
        };
    }

    private static String token(LinkConfig config) {
        String file = config.text("token.file", null);
        return file == null ? "" : read(config, "token.file", file).strip();
    }

    /** Lines of an identity and its token. */
    private static Map<String, String> tokens(LinkConfig config) {
        String file = config.text("tokens.file", null);
        Map<String, String> tokens = new HashMap<>();
        if (file == null) {
            return tokens;
        }
        for (String line : read(config, "tokens.file", file).lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+");
            if (parts.length != 2 || parts[1].length() < 16) {
                throw wrong(config, "tokens.file", "a line of '" + file + "' is not an identity and a token of 16 characters or more");
            }
            tokens.put(parts[0], parts[1]);
        }
        tokens.putIfAbsent(config.runtime(), Long.toHexString(new SecureRandom().nextLong()));
        return tokens;
    }

    private static String read(LinkConfig config, String key, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw wrong(config, key, "can't read '" + file + "': " + e.getMessage());
        }
    }

    private static IllegalArgumentException wrong(LinkConfig config, String key, String what) {
        return new IllegalArgumentException("bus '" + config.bus() + "': " + key + ": " + what);
    }

    /** Without tokens. */
    @Override
    public String toString() {
        return bus + (router == null ? " at " + urls : " on " + router.listen());
    }
}
