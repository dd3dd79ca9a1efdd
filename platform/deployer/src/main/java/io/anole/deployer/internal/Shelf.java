package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Plan.Change;
import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Constants;

/** Makes the deploy directory show what was committed by another way than the directory itself. */
final class Shelf {
    private final Path directory;
    private final VersionStore store;

    Shelf(Path directory, VersionStore store) {
        this.directory = directory;
        this.store = store;
    }

    /** For each bundle one file with the jar that counts, for one that is removed none. Doing it again changes nothing. */
    void show(Outcome committed) throws IOException {
        for (Change change : committed.changes()) {
            Path file = directory.resolve(change.file());
            boolean removed = change.toSha256().isEmpty();
            if (!removed) {
                put(store.path(change.toSha256()), file);
            }
            for (Path other : jars()) {
                if ((removed || !other.equals(file)) && change.bundle().equals(bundle(other))) {
                    DurableFiles.delete(other);
                }
            }
        }
    }

    private void put(Path jar, Path file) throws IOException {
        if (!Files.exists(file) || Files.mismatch(file, jar) >= 0) {
            Path part = directory.resolve("." + file.getFileName() + ".part");
            Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.publish(part, file);
        }
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar")).toList();
        }
    }

    /** Symbolic name of the bundle in a file; empty if it is none, or not whole. */
    private static String bundle(Path file) {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            String name = manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            return name == null ? "" : name.split(";", 2)[0].trim();
        } catch (IOException e) {
            return "";
        }
    }
}
