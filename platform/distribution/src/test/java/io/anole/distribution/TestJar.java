package io.anole.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes small bundles, and features that name them, for tests that need a bad one. */
final class TestJar {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final String name;

    TestJar(String name) {
        this.name = name;
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", name);
        header("Bundle-Version", "1.0.0");
    }

    TestJar header(String key, String value) {
        headers.put(key, value);
        return this;
    }

    TestJar with(Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
            entries.put(path, in.readAllBytes());
        }
        return this;
    }

    /** An immediate DS component. */
    TestJar component(Class<?> implementation, String body) throws IOException {
        return declare(implementation, "immediate=\"true\"", body);
    }

    /** A process: a delayed DS component whose constructor takes {@code Mailboxes}, and which has a {@code death}. */
    TestJar process(Class<?> implementation, String body) throws IOException {
        return declare(implementation, "init=\"1\" deactivate=\"death\"", body
                + "<service><provide interface=\"io.anole.process.ManagedProcess\"/></service>"
                + "<reference name=\"boxes\" interface=\"io.anole.process.Mailboxes\" parameter=\"0\"/>");
    }

    private TestJar declare(Class<?> implementation, String attributes, String body) throws IOException {
        header("Service-Component", "OSGI-INF/component.xml");
        entries.put("OSGI-INF/component.xml", ("<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.4.0\" name=\""
                + name + "\" " + attributes + "><implementation class=\"" + implementation.getName() + "\"/>" + body
                + "</scr:component>").getBytes(StandardCharsets.UTF_8));
        return with(implementation);
    }

    byte[] bytes() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((key, value) -> manifest.getMainAttributes().putValue(key, value));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Writes the jar and a feature of the same name that consists of it; returns the feature's file. */
    Path feature(Path directory, String more) throws IOException {
        Path jar = directory.resolve("bundles/test/" + name + "-1.0.0.jar");
        Files.createDirectories(jar.getParent());
        Files.write(jar, bytes());
        return Files.writeString(directory.resolve(name + ".json"), "{\"id\": \"test:" + name
                + ":osgifeature:1.0.0\", \"bundles\": [{\"id\": \"test:" + name + ":1.0.0\"}]" + more + "}");
    }
}
