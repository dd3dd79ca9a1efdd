package io.anole.supervisor.tests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles that hold nothing but {@link Guest}, and collects what their processes tell. */
final class GuestBundle {
    private GuestBundle() {
    }

    static Queue<String> told() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        System.getProperties().put(Guest.class.getName(), told);
        return told;
    }

    static InputStream of(String process) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "guest." + process);
        main.putValue("Import-Package", "io.anole.process, io.anole.bus");
        main.putValue("Service-Component", "OSGI-INF/guest.xml");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String file = Guest.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream code = Guest.class.getClassLoader().getResourceAsStream(file)) {
            jar.putNextEntry(new JarEntry(file));
            code.transferTo(jar);
            jar.putNextEntry(new JarEntry("OSGI-INF/guest.xml"));
            jar.write("""
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="guest.%1$s" deactivate="death" init="1">
                      <property name="process.name" type="String" value="%1$s"/>
                      <service><provide interface="io.anole.process.ManagedProcess"/></service>
                      <reference name="boxes" interface="io.anole.process.Mailboxes" parameter="0"/>
                      <implementation class="%2$s"/>
                    </scr:component>
                    """.formatted(process, Guest.class.getName()).getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
