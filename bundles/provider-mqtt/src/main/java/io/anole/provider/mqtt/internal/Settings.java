package io.anole.provider.mqtt.internal;

import io.anole.bus.Codec;
import io.anole.bus.provider.Backoff;
import io.anole.bus.provider.LinkConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * The configuration of a link, checked. The keys are documented in docs/providers/mqtt.md.
 *
 * @param clientId   the MQTT client identifier, the same for every connection of this link
 * @param party      who this is to others: a claim of the same runtime and bus is its own
 * @param mediaType  of bodies that are sent
 * @param willDelay  seconds after which the system is told that this client is gone
 * @param maxQueued  messages that wait here for the window or the link
 * @param holdMax    messages acknowledged though a subscription has no room for them yet; the hub keeps them
 * @param tls        null for plain TCP
 */
record Settings(String bus, String party, List<URI> urls, String clientId, String username, byte[] password,
        String prefix, String mediaType, long sessionExpiry, int keepAlive, long willDelay, int connectTimeout,
        Backoff backoff, int receiveMaximum, int maxInflight, int maxQueued, int holdMax,
        int maxPayload, SSLSocketFactory tls, boolean checkHost) {
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern PORT = Pattern.compile("(\\[.*]|[^:]*):\\d+");
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    static final Set<String> KEYS = Set.of("url", "client.id", "username", "password", "password.file", "prefix",
            "codec", "session.expiry.s", "keep.alive.s", "will.delay.s", "connect.timeout.s", "reconnect.min.ms",
            "reconnect.max.ms", "receive.maximum", "max.inflight", "max.queued", "hold.max", "max.payload", "tls.ca",
            "tls.cert", "tls.key", "tls.check.host");

    /** @throws IllegalArgumentException with one line that names the key, what is wrong and what would be right */
    static Settings of(LinkConfig config) {
        config.properties().keySet().forEach(key -> known(config, key));
        List<URI> urls = urls(config);
        boolean secure = urls.get(0).getScheme().equals("ssl");
        String user = config.text("username", null);
        byte[] password = password(config);
        if (password != null && user == null) {
            throw wrong(config, "username", "is missing, but there is a password");
        }
        return new Settings(config.bus(), config.runtime() + "/" + config.bus(), urls,
                clientId(config), user, password, prefix(config), mediaType(config),
                config.number("session.expiry.s", 3600, 1, 0xFFFF_FFFFL),
                (int) config.number("keep.alive.s", 5, 1, 65_535),
                config.number("will.delay.s", 2, 0, 3600),
                (int) config.number("connect.timeout.s", 5, 1, 120),
                Backoff.of(config, BACKOFF),
                (int) config.number("receive.maximum", 1024, 1, 65_535),
                (int) config.number("max.inflight", 1024, 1, 65_535),
                (int) config.number("max.queued", 10_000, 1, 1_000_000),
                (int) config.number("hold.max", 1024, 0, 1_000_000),
                (int) config.number("max.payload", 8 << 20, 64, 256 << 20),
                secure ? tls(config) : noTls(config), config.flag("tls.check.host", true));
    }

    private static void known(LinkConfig config, String key) {
        if (!KEYS.contains(key)) {
            throw wrong(config, key, "is no setting of the mqtt provider; there are " + new TreeSet<>(KEYS));
        }
    }

    private static List<URI> urls(LinkConfig config) {
        List<URI> urls = new ArrayList<>();
        for (String text : config.text("url", "tcp://127.0.0.1:1883").split(",")) {
            String what = "'" + text.trim() + "' is no broker address; write tcp://host:port or ssl://host:port";
            URI url;
            try {
                url = new URI(text.trim());
            } catch (URISyntaxException e) {
                throw wrong(config, "url", what);
            }
            boolean scheme = "tcp".equals(url.getScheme()) || "ssl".equals(url.getScheme());
            boolean rest = url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null
                    || url.getPath() != null && !url.getPath().isEmpty();
            // a URI whose port is more than an int holds has neither port nor host
            String authority = url.getRawAuthority();
            if (scheme && authority != null && PORT.matcher(authority).matches() && (url.getPort() < 1 || url.getPort() > HIGHEST_PORT)) {
                throw wrong(config, "url", "'" + text.trim() + "': a port is 1 to " + HIGHEST_PORT);
            }
            if (!scheme || url.getHost() == null || rest) {
                throw wrong(config, "url", what);
            }
            urls.add(url);
        }
        if (urls.stream().map(URI::getScheme).distinct().count() > 1) {
            throw wrong(config, "url", "mixes tcp and ssl; all brokers must be of one kind");
        }
        return List.copyOf(urls);
    }

    private static String clientId(LinkConfig config) {
        String id = config.text("client.id", null);
        if (id == null) {
            // Differs for every link: during a swap the old and the new one are connected at once.
            return "anole-%s-%s-%08x".formatted(config.runtime(), config.bus(), ThreadLocalRandom.current().nextInt());
        }
        if (id.isBlank() || id.length() > 128 || !id.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw wrong(config, "client.id", "'" + id + "' is not 1 to 128 printable ASCII characters");
        }
        return id;
    }

    private static String prefix(LinkConfig config) {
        String prefix = config.text("prefix", "");
        if (prefix.length() > 256 || prefix.startsWith("$") || prefix.startsWith("@")
                || !prefix.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '+' && c != '#')) {
            throw wrong(config, "prefix", "'" + prefix + "' is no start of a topic; an example is robots/r1/");
        }
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static String mediaType(LinkConfig config) {
        String codec = config.text("codec", "json");
        return switch (codec) {
            case "json" -> Codec.JSON;
            case "cbor" -> Codec.CBOR;
            default -> throw wrong(config, "codec", "'" + codec + "' is neither json nor cbor");
        };
    }

    private static byte[] password(LinkConfig config) {
        String file = config.text("password.file", null);
        String text = config.text("password", null);
        if (file == null) {
            return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        }
        if (text != null) {
            throw wrong(config, "password.file", "is given beside password; give one of them");
        }
        try {
            return Files.readString(Path.of(file)).strip().getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw wrong(config, "password.file", "there is no file '" + file + "'");
        } catch (IOException e) {
            throw wrong(config, "password.file", "can't read '" + file + "': " + e.getClass().getSimpleName());
        }
    }

    private static SSLSocketFactory tls(LinkConfig config) {
        try {
            return Tls.factory(config.text("tls.ca", null), config.text("tls.cert", null), config.text("tls.key", null));
        } catch (Tls.Unusable e) {
            throw wrong(config, e.key(), e.getMessage());
        }
    }

    private static SSLSocketFactory noTls(LinkConfig config) {
        for (String key : List.of("tls.ca", "tls.cert", "tls.key")) {
            if (config.properties().containsKey(key)) {
                throw wrong(config, key, "needs a url that begins with ssl://");
            }
        }
        return null;
    }

    private static IllegalArgumentException wrong(LinkConfig config, String key, String what) {
        return new IllegalArgumentException("bus '" + config.bus() + "': " + key + ": " + what);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return bus + " at " + urls + " as " + clientId;
    }
}
