package io.anole.supervisor.tests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A version of a bundle that holds nothing but {@link Counter}.
 *
 * @param process the process's name
 * @param version of the bundle and of the state it gives
 * @param accepts versions of the state it takes, with commas
 * @param mode    what goes wrong with it; empty for nothing
 * @param needs   the interface of one more service it needs; empty for none
 */
record CounterBundle(String process, int version, String accepts, String mode, String needs) {
    private static final String NAME = Counter.class.getName();

    CounterBundle(int version, String accepts) {
        this("counter", version, accepts, "", "");
    }

    CounterBundle mode(String other) {
        return new CounterBundle(process, version, accepts, other, needs);
    }

    CounterBundle process(String other) {
        return new CounterBundle(other, version, accepts, mode, needs);
    }

    CounterBundle needs(String service) {
        return new CounterBundle(process, version, accepts, mode, service);
    }

    Map<String, String> manifest() {
        Map<String, String> main = new LinkedHashMap<>();
        main.put("Bundle-ManifestVersion", "2");
        main.put("Bundle-SymbolicName", "guest." + process);
        main.put("Bundle-Version", version + ".0.0");
        main.put("Import-Package", "io.anole.process, io.anole.bus");
        main.put("Service-Component", "OSGI-INF/counter.xml");
        main.put("Provide-Capability", "io.anole.process;io.anole.process=" + process + ";component=\"" + NAME + "\","
                + "io.anole.process.state;component=\"" + NAME + "\";state.accepts:List<Long>=\"" + accepts
                + "\";state.version:Long=" + version);
        return main;
    }

    InputStream jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest().forEach(manifest.getMainAttributes()::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Class<?> part : new Class<?>[] {Counter.class, Counter.Tick.class, Counter.Count.class}) {
                String file = part.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(file));
                try (InputStream code = part.getClassLoader().getResourceAsStream(file)) {
                    code.transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("OSGI-INF/counter.xml"));
            jar.write(component().getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private String component() {
        String more = needs.isEmpty() ? "" : "<reference name=\"needed\" interface=\"" + needs + "\"/>";
        return """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%1$s" deactivate="death" init="2">
                  <property name="process.name" type="String" value="%6$s"/>
                  <property name="process.frequency.hz" type="Double" value="100"/>
                  <property name="process.state.version" type="Integer" value="%2$d"/>
                  <property name="process.state.accepts" type="Integer">%3$s</property>
                  <property name="mode" type="String" value="%4$s"/>
                  <service><provide interface="io.anole.process.ManagedProcess"/></service>
                  <reference name="boxes" interface="io.anole.process.Mailboxes" parameter="0"/>
                  %5$s
                  <implementation class="%1$s"/>
                </scr:component>
                """.formatted(NAME, version, accepts.replace(',', '\n'), mode, more, process);
    }
}
