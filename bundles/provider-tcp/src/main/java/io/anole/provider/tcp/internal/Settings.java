package io.anole.provider.tcp.internal;

import io.anole.bus.provider.Backoff;
import io.anole.bus.provider.LinkConfig;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration of a link, checked. The keys are documented in docs/providers/tcp.md.
 *
 * @param router    null for a client
 * @param uplink    null for a client and for a root
 * @param urls      where the router of a client is
 * @param tls       null where nothing is encrypted
 * @param identity  who this is to the router
 * @param token     what proves it; empty for none
 * @param presence  ms that its keys and served names outlast its connection; -1 for as the router has it
 * @param keepMax   messages kept until they are delivered
 * @param keepBytes the same, in bytes
 */
record Settings(String bus, RouterSettings router, UplinkSettings uplink, List<Endpoint> urls, SslContext tls, String identity,
        String token, int presence, boolean json, int maxPayload, int keepMax, long keepBytes, Backoff backoff) {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
    static final Set<String> COMMON = Set.of("mode", "codec", "max.payload", "keep.max", "keep.bytes", "tls.ca",
            "tls.cert", "tls.key");
    static final Set<String> CLIENT = Set.of("url", "token.file", "presence.ms", "reconnect.min.ms",
            "reconnect.max.ms");
    static final Set<String> ROUTER = Set.of("uplink", "uplink.token.file", "reconnect.min.ms", "reconnect.max.ms",
            "listen", "state.file", "state.file.bytes", "clients.file", "heartbeat.ms", "presence.ms", "session.ms",
            "return.ms", "return.bytes", "window", "window.bytes", "lane.max", "session.max", "session.bytes", "routes.max", "retained.max", "state.max",
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
        List<Endpoint> endpoints = endpoints(config, router ? "listen" : "url", "tcp://127.0.0.1:7447", router);
        Backoff backoff = Backoff.of(config, BACKOFF);
        return new Settings(config.bus(),
                router ? RouterSettings.of(config, endpoints, maxPayload, clients(config)) : null,
                router ? uplink(config, backoff) : null, router ? List.of() : endpoints, tls(config, router, endpoints),
                config.runtime(), router ? "" : token(config, "token.file"), router ? -1 : (int) config.number("presence.ms", -1, -1, 3_600_000), json(config), maxPayload,
                (int) config.number("keep.max", 65_536, 1, 1 << 24), config.number("keep.bytes", 64 << 20, 64 << 10, 1L << 40),
                backoff);
    }

    private static UplinkSettings uplink(LinkConfig config, Backoff backoff) {
        if (config.text("uplink", "").isBlank()) {
            return null;
        }
        List<Endpoint> urls = endpoints(config, "uplink", "", false);
        return new UplinkSettings(urls, tls(config, false, urls), config.runtime(), token(config, "uplink.token.file"), backoff);
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
                if (listens) {
                    safe(config, one);
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

    private static String token(LinkConfig config, String key) {
        String file = config.text(key, null);
        return file == null ? "" : read(config, key, file).strip();
    }

    private static Clients clients(LinkConfig config) {
        String file = config.text("clients.file", null);
        if (file == null) {
            return Clients.all();
        }
        String text = read(config, "clients.file", file);
        try {
            Clients clients = Clients.read(text.lines().toList());
            clients.children(Path.of(file + ".children"));
            return clients;
        } catch (IllegalArgumentException e) {
            throw wrong(config, "clients.file", "'" + file + "', " + e.getMessage());
        }
    }

    private static SslContext tls(LinkConfig config, boolean router, List<Endpoint> endpoints) {
        if (endpoints.stream().noneMatch(Endpoint::tls)) {
            return null;
        }
        try {
            return router ? Tls.router(config) : Tls.client(config);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bus '" + config.bus() + "': " + e.getMessage(), e);
        }
    }

    /** What can be reached from outside is encrypted, and knows its clients. */
    private static void safe(LinkConfig config, Endpoint at) throws IOException {
        boolean knows = config.properties().containsKey("tls.ca") || config.properties().containsKey("clients.file");
        if (!at.local() && (!at.tls() || !knows)) {
            throw new IllegalArgumentException("'" + at + "' can be reached from outside: write tls://, with tls.cert and tls.key, and"
                    + " with tls.ca or clients.file to know who connects; or listen on 127.0.0.1 or unix:path");
        }
    }

    private static String read(LinkConfig config, String key, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw wrong(config, key, "there is no file '" + file + "'");
        } catch (IOException e) {
            throw wrong(config, key, "can't read '" + file + "': " + e.getClass().getSimpleName());
        }
    }

    private static IllegalArgumentException wrong(LinkConfig config, String key, String what) {
        return new IllegalArgumentException("bus '" + config.bus() + "': " + key + ": " + what);
    }

    /** Whether these are two configurations of one router, at least in part at the same address. */
    boolean sharesDoorWith(Settings other) {
        return bus.equals(other.bus) && identity.equals(other.identity)
                && router.listen().stream().anyMatch(at -> other.router.listen().stream().anyMatch(at::meets));
    }

    int maxFrame() {
        return maxPayload + Frame.OVERHEAD;
    }

    /** Without tokens. */
    @Override
    public String toString() {
        return bus + (router == null ? " at " + urls : " on " + router.listen());
    }
}
