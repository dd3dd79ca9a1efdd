package io.anole.deployer.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes small real bundles. */
final class FixtureJar {
    private final Manifest manifest = new Manifest();

    private FixtureJar(String name, String version) {
        header("Manifest-Version", "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", name);
        header("Bundle-Version", version);
        header("Bundle-Activator", FixtureActivator.class.getName());
        header("Import-Package", "org.osgi.framework");
    }

    static FixtureJar of(String name, String version) {
        return new FixtureJar(name, version);
    }

    FixtureJar header(String name, String value) {
        manifest.getMainAttributes().put(new Attributes.Name(name), value);
        return this;
    }

    byte[] bytes() {
        String activator = FixtureActivator.class.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream in = FixtureActivator.class.getClassLoader().getResourceAsStream(activator)) {
            jar.putNextEntry(new JarEntry(activator));
            in.transferTo(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
