package io.anole.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The keys that a bus can have, read from the metatype documents in bundles' jars, so that no framework has to run: the hub's are
 * described under a PID of their own, those of a provider under that PID and its kind.
 */
final class KeysOfBuses {
    private static final String BUS = "io.anole.bus~";
    private static final String DESCRIBED = "io.anole.bus.keys";
    private static final String PROVIDER = "provider";
    private static final String METATYPE = "OSGI-INF/metatype/.+\\.xml";
    /** What the hub takes for nobody's, too. */
    private static final List<String> FOREIGN = List.of("service.", "component.", "osgi.", "felix.", "webconsole.", ".");

    private final Set<String> hub;
    private final Map<String, Set<String>> kinds = new TreeMap<>();

    private KeysOfBuses(Map<String, Set<String>> described) {
        hub = described.getOrDefault(DESCRIBED, Set.of());
        described.forEach((pid, keys) -> {
            if (pid.startsWith(DESCRIBED + ".")) {
                kinds.put(pid.substring(DESCRIBED.length() + 1), keys);
            }
        });
    }

    static KeysOfBuses in(Collection<Path> jars) throws LaunchException, IOException {
        Map<String, Set<String>> described = new HashMap<>();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (JarEntry entry : file.stream().filter(one -> one.getName().matches(METATYPE)).toList()) {
                    try (InputStream text = file.getInputStream(entry)) {
                        read(text, described);
                    } catch (SAXException e) {
                        throw LaunchException.configuration(jar + ": " + entry.getName() + " is no XML: " + e.getMessage());
                    }
                }
            }
        }
        return new KeysOfBuses(described);
    }

    private static void read(InputStream text, Map<String, Set<String>> described) throws IOException, SAXException {
        Document document;
        try {
            DocumentBuilderFactory documents = DocumentBuilderFactory.newInstance();
            documents.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            documents.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = documents.newDocumentBuilder();
            // it prints what it throws
            builder.setErrorHandler(null);
            document = builder.parse(text);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        Map<String, Set<String>> keys = new HashMap<>();
        for (Element definition : elements(document.getElementsByTagName("OCD"))) {
            Set<String> ids = keys.computeIfAbsent(definition.getAttribute("id"), id -> new TreeSet<>());
            elements(definition.getElementsByTagName("AD")).forEach(attribute -> ids.add(attribute.getAttribute("id")));
        }
        for (Element designate : elements(document.getElementsByTagName("Designate"))) {
            for (Element object : elements(designate.getElementsByTagName("Object"))) {
                described.put(designate.getAttribute("pid"), keys.getOrDefault(object.getAttribute("ocdref"), Set.of()));
            }
        }
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    /** A line for each key that nobody would read. Of a bus whose provider is not among the bundles nothing is known. */
    List<String> problems(Settings bus) {
        Object kind = bus.properties().get(PROVIDER);
        if (!bus.pid().startsWith(BUS) || hub.isEmpty() || kind != null && !kinds.containsKey(kind.toString().trim())) {
            return List.of();
        }
        Set<String> known = new TreeSet<>(hub);
        kinds.forEach((one, keys) -> {
            if (kind == null || one.equals(kind.toString().trim())) {
                known.addAll(keys);
            }
        });
        known.removeIf(key -> FOREIGN.stream().anyMatch(key::startsWith));
        List<String> problems = new ArrayList<>();
        for (String key : bus.properties().keySet()) {
            if (!known.contains(key) && FOREIGN.stream().noneMatch(key::startsWith)) {
                problems.add(bus.source() + ": " + bus.pid() + " has no key '" + key + "'" + instead(key, kind, known));
            }
        }
        return problems;
    }

    private String instead(String key, Object kind, Set<String> known) {
        List<String> others = kinds.keySet().stream().filter(other -> kinds.get(other).contains(key)).toList();
        if (!others.isEmpty()) {
            return ": it is one of the provider " + String.join(", ", others) + ", and this one is '" + kind + "'";
        }
        String nearest = null;
        int least = 1 + Math.max(1, key.length() / 3);
        for (String one : known) {
            int distance = distance(key, one);
            if (distance < least) {
                nearest = one;
                least = distance;
            }
        }
        return nearest != null ? "; did you mean '" + nearest + "'?" : "; it has " + String.join(", ", known);
    }

    /** Letters to put in, to leave out or to replace, at least. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
