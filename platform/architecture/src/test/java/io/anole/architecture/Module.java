package io.anole.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Constants;

/**
 * A module of the reactor as it was built.
 *
 * @param path    where it lies, such as {@code bundles/provider-local}
 * @param folder  the same, on this machine
 * @param headers its manifest's
 */
record Module(String path, Path folder, Attributes headers) {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("</parent>\\s*<artifactId>(.+?)</artifactId>");
    /** In the pom of a module that makes no bundle. */
    private static final String PROGRAM = "<bnd.skip>true</bnd.skip>";
    /** A clause of an OSGi header: what stands between commas that no quotes enclose. */
    private static final Pattern CLAUSE = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+");

    /** All that make a bundle, in the order of the root pom. */
    static List<Module> all() {
        List<String> paths = MODULE.matcher(read(ROOT.resolve("pom.xml"))).results().map(found -> found.group(1)).toList();
        List<Module> modules = new ArrayList<>();
        for (String path : paths) {
            Path folder = ROOT.resolve(path);
            if (Files.isDirectory(folder.resolve("src/main/java"))
                    && !read(folder.resolve("pom.xml")).contains(PROGRAM)) {
                modules.add(new Module(path, folder, manifest(path, folder)));
            }
        }
        return modules;
    }

    private static Attributes manifest(String path, Path folder) {
        Path file = folder.resolve("target/classes/META-INF/MANIFEST.MF");
        try (InputStream in = Files.newInputStream(file)) {
            return new Manifest(in).getMainAttributes();
        } catch (IOException e) {
            throw new UncheckedIOException(path + " is not built: name it among the dependencies of platform/architecture"
                    + " and build with -am", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code interfaces}, {@code platform} or {@code bundles}. */
    String group() {
        return path.substring(0, path.indexOf('/'));
    }

    /** The last part of its path. */
    String name() {
        return path.substring(path.indexOf('/') + 1);
    }

    /** Its base package, by the naming rule. */
    String base() {
        return "io.anole." + name().replace('-', '.');
    }

    String artifact() {
        return ARTIFACT.matcher(read(folder.resolve("pom.xml"))).results().map(found -> found.group(1)).findFirst()
                .orElse("");
    }

    String symbolicName() {
        return packages(Constants.BUNDLE_SYMBOLICNAME).keySet().stream().findFirst().orElse("");
    }

    boolean has(String header) {
        return headers.getValue(header) != null;
    }

    /** The packages in a header, each with the rest of its clause. */
    Map<String, String> packages(String header) {
        Map<String, String> found = new TreeMap<>();
        String value = headers.getValue(header);
        if (value != null) {
            CLAUSE.matcher(value).results().map(MatchResult::group).forEach(clause -> {
                String[] parts = clause.split(";", 2);
                found.put(parts[0].trim(), parts.length > 1 ? parts[1] : "");
            });
        }
        return found;
    }

    Map<String, String> exports() {
        return packages(Constants.EXPORT_PACKAGE);
    }

    Map<String, String> imports() {
        return packages(Constants.IMPORT_PACKAGE);
    }

    Path classes() {
        return folder.resolve("target/classes");
    }

    /** Without those of libraries that it holds, which may be thousands. */
    Path ownClasses() {
        return classes().resolve(base().replace('.', '/'));
    }

    /** All packages that hold classes. */
    List<String> contents() {
        try (Stream<Path> files = Files.walk(classes())) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> classes().relativize(file.getParent()).toString().replace('/', '.'))
                    .filter(name -> !name.startsWith("META-INF")).distinct().sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
