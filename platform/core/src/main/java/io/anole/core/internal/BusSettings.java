package io.anole.core.internal;

import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of one bus: which keys are the hub's and which its provider's, and where a swap that is done is kept. */
final class BusSettings {
    private static final Logger LOG = LoggerFactory.getLogger(BusSettings.class);
    private static final String PROVIDER = "provider";
    /** The keys of {@link BusConfig}, by the mapping of OSGi Compendium 112.8.2.1. */
    private static final Set<String> HUB = Stream.of(BusConfig.class.getDeclaredMethods())
            .map(method -> method.getName().replace('_', '.')).collect(Collectors.toUnmodifiableSet());

    private static final List<String> FOREIGN = List.of("service.", "component.", "osgi.", "felix.",
            "webconsole.", ".", ":");

    private final ConfigurationAdmin admin;
    private final String pid;
    private final Map<String, Object> hub = new HashMap<>();

    BusSettings(ConfigurationAdmin admin, Map<String, Object> properties) {
        this.admin = admin;
        this.pid = String.valueOf(properties.get("service.pid"));
        properties.forEach((key, value) -> {
            if (!ofProvider(key)) {
                hub.put(key, value);
            }
        });
    }

    private static boolean ofProvider(String key) {
        return !HUB.contains(key) && configured(key);
    }

    /** Not put there by ConfigAdmin, Declarative Services or the Configurator. */
    private static boolean configured(String key) {
        return FOREIGN.stream().noneMatch(key::startsWith);
    }

    /** The hub's keys and the provider's own. */
    static Map<String, Object> configured(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.keySet().removeIf(key -> !configured(key));
        return all;
    }

    /** The provider's own keys. */
    static Map<String, Object> ofProvider(Map<String, Object> properties) {
        Map<String, Object> own = new HashMap<>(properties);
        own.keySet().removeIf(key -> !ofProvider(key));
        return own;
    }

    /** This configuration with another provider and its keys. */
    Map<String, Object> with(String provider, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(hub);
        all.putAll(ofProvider(own));
        all.put(PROVIDER, provider);
        return all;
    }

    /** Writes another provider and its keys into the configuration, so that the next start begins there. */
    void keep(String provider, Map<String, Object> own) {
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
            if (found == null) {
                return;
            }
            Dictionary<String, Object> kept = new Hashtable<>();
            Dictionary<String, Object> before = found[0].getProperties();
            for (var keys = before.keys(); keys.hasMoreElements();) {
                String key = keys.nextElement();
                if (!ofProvider(key)) {
                    kept.put(key, before.get(key));
                }
            }
            ofProvider(own).forEach(kept::put);
            kept.put(PROVIDER, provider);
            found[0].updateIfDifferent(kept);
        } catch (IOException | InvalidSyntaxException e) {
            LOG.warn("the swap of {} to '{}' is not kept beyond the next start: {}", pid, provider, e.getMessage());
        }
    }
}
