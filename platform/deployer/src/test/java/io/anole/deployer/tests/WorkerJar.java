package io.anole.deployer.tests;

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

/** Makes bundles with {@link Worker}. */
final class WorkerJar {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final String process;

    private WorkerJar(String process, String version) {
        this.process = process;
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", "worker." + process);
        header("Bundle-Version", version);
        header("Import-Package", "io.anole.process,io.anole.bus,org.osgi.framework,org.apache.felix.hc.api");
        header("Provide-Capability", "io.anole.process;io.anole.process=\"" + process + "\";component=\""
                + Worker.class.getName() + "\"");
        header("Service-Component", "OSGI-INF/worker.xml");
    }

    static WorkerJar of(String process, String version) {
        return new WorkerJar(process, version);
    }

    WorkerJar behaviour(String text) {
        return header("Behaviour", text);
    }

    WorkerJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Path in(Path directory) throws IOException {
        return Files.write(directory.resolve(process + ".jar"), bytes());
    }

    byte[] bytes() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Class<?> type : new Class<?>[] {Worker.class, Worker.Count.class}) {
                String file = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(file));
                try (InputStream code = type.getClassLoader().getResourceAsStream(file)) {
                    code.transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("OSGI-INF/worker.xml"));
            jar.write("""
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="worker.%1$s" deactivate="death" init="1">
                      <property name="process.name" type="String" value="%1$s"/>
                      <property name="process.frequency.hz" type="Double" value="100"/>
                      <property name="process.restart.policy" type="String" value="permanent"/>
                      <service><provide interface="io.anole.process.ManagedProcess"/></service>
                      <reference name="boxes" interface="io.anole.process.Mailboxes" parameter="0"/>
                      <implementation class="%2$s"/>
                    </scr:component>
                    """.formatted(process, Worker.class.getName()).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
