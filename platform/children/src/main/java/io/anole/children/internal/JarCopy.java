package io.anole.children.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/** A bundle's jar, made again from what is in it: wherever it was installed from, it may not be there any more. */
final class JarCopy {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private JarCopy() {
    }

    static void write(Bundle bundle, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        List<String> names = new ArrayList<>(List.of(MANIFEST));
        for (URL url : Collections.list(bundle.findEntries("/", "*", true))) {
            String name = url.getPath().substring(1);
            if (!name.endsWith("/") && !name.equals(MANIFEST)) {
                names.add(name);
            }
        }
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream jar = new ZipOutputStream(out)) {
            for (String name : names) {
                jar.putNextEntry(new ZipEntry(name));
                try (InputStream in = bundle.getEntry(name).openStream()) {
                    in.transferTo(jar);
                }
            }
        }
    }
}
