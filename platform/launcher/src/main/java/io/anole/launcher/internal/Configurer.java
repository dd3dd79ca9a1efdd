package io.anole.launcher.internal;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Configuration Admin to what features and {@code etc/} want, and keeps what was changed while running.
 *
 * <p>Not the Configurator bundle: that one keeps its memory in the framework's cache, which is emptied at each start, and
 * then ignores every later edit of a file; and it works on a thread of its own, so components would start before their
 * configurations. Here {@code config/applied.json} remembers a fingerprint of what was last written for each PID. A
 * configuration that still has it is ours to change or delete; any other was changed by somebody and stays.
 *
 * <p>Not thread-safe; {@link FeatureRuntime} calls it under its lock.
 */
final class Configurer {
    private static final Logger LOG = LoggerFactory.getLogger(Configurer.class);

    private final ConfigurationAdmin admin;
    private final Path record;
    private final Map<String, String> applied = new TreeMap<>();

    Configurer(ConfigurationAdmin admin, Path record) throws LaunchException {
        this.admin = admin;
        this.record = record;
        if (Files.exists(record)) {
            for (var entry : Json.read(record).object("applied configurations").entrySet()) {
                applied.put(entry.getKey(), entry.getValue().string("a fingerprint"));
            }
        }
    }

    void apply(Map<String, Settings> wanted) throws IOException {
        Map<String, String> before = new HashMap<>(applied);
        for (String pid : new ArrayList<>(applied.keySet())) {
            if (!wanted.containsKey(pid)) {
                withdraw(pid);
            }
        }
        for (Settings settings : wanted.values()) {
            write(settings);
        }
        if (!before.equals(applied)) {
            List<String> lines = new ArrayList<>();
            applied.forEach((pid, fingerprint) -> lines.add(Json.quote(pid) + ": " + Json.quote(fingerprint)));
            DurableFiles.write(record, "{\n" + String.join(",\n", lines) + "\n}\n");
        }
    }

    private void withdraw(String pid) throws IOException {
        Configuration configuration = find(pid);
        if (configuration != null && fingerprint(configuration).equals(applied.get(pid))) {
            configuration.delete();
        }
        applied.remove(pid);
    }

    private void write(Settings settings) throws IOException {
        String fingerprint = Settings.fingerprint(settings.properties());
        Configuration configuration = find(settings.pid());
        if (configuration != null && !settings.force()) {
            String stored = fingerprint(configuration);
            String last = applied.get(settings.pid());
            if (!stored.equals(last) && !stored.equals(fingerprint)) {
                if (!fingerprint.equals(last)) {
                    LOG.warn("configuration {} was changed while running and stays; the values of {} are not used"
                            + " (\":configurator:policy\": \"force\" there would win)", settings.pid(), settings.source());
                }
                return;
            }
        }
        if (configuration == null) {
            configuration = create(settings.pid());
        }
        configuration.updateIfDifferent(new Hashtable<>(settings.properties()));
        applied.put(settings.pid(), fingerprint);
    }

    private Configuration find(String pid) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
            return found == null ? null : found[0];
        } catch (InvalidSyntaxException e) {
            throw new IOException("not a PID: " + pid, e);
        }
    }

    private Configuration create(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0 ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    private static String fingerprint(Configuration configuration) {
        var stored = configuration.getProperties();
        return stored == null ? "" : Settings.fingerprint(Settings.own(stored));
    }
}
