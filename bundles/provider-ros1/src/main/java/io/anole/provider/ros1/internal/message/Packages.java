package io.anole.provider.ros1.internal.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions of ROS packages: what is installed on this machine, in the order of the environment, and then those that
 * come with this bundle. Read when they are asked for.
 */
public final class Packages implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(Packages.class);
    private static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 5;
    private static final long MOST_FOLDERS = 20_000;

    private final List<Path> shares;
    /** Source trees, in which packages lie somewhere; null until they were looked through. */
    private final List<Path> trees;
    private Map<String, Path> crawled;

    /**
     * What the environment names, and where ROS is usually installed.
     *
     * @param environment such as {@code System.getenv()}
     * @param more        folders that are looked at first
     * @param workspaces  prefixes beside those of the environment
     */
    public static Packages installed(Map<String, String> environment, List<Path> more, List<Path> workspaces) {
        Set<Path> shares = new LinkedHashSet<>(more);
        Set<Path> trees = new LinkedHashSet<>(paths(environment.get("ROS_PACKAGE_PATH")));
        shares.addAll(trees);
        Set<Path> prefixes = new LinkedHashSet<>(paths(environment.get("CMAKE_PREFIX_PATH")));
        prefixes.addAll(workspaces);
        prefixes.forEach(prefix -> {
            shares.add(prefix.resolve("share"));
            trees.addAll(sources(prefix));
        });
        Path opt = Path.of("/opt/ros");
        if (Files.isDirectory(opt)) {
            try (Stream<Path> releases = Files.list(opt)) {
                releases.sorted().forEach(release -> shares.add(release.resolve("share")));
            } catch (IOException e) {
                LOG.warn("can't look for ROS packages in {}: {}", opt, e.toString());
            }
        }
        shares.removeIf(share -> ofRos2(share) && !more.contains(share));
        shares.add(Path.of("/usr/share"));
        return new Packages(shares.stream().filter(Files::isDirectory).toList(),
                trees.stream().filter(Files::isDirectory).toList());
    }

    /** Types of ROS 2 have the same names and other fields. */
    private static boolean ofRos2(Path share) {
        return Files.isDirectory(share.resolve("ament_index"));
    }

    /** The source trees of a workspace that is used where it was built. */
    private static List<Path> sources(Path prefix) {
        Path mark = prefix.resolve(".catkin");
        if (!Files.isRegularFile(mark)) {
            return List.of();
        }
        return read(mark).stream().flatMap(text -> Stream.of(text.strip().split(";"))).filter(one -> !one.isBlank())
                .map(Path::of).toList();
    }

    Packages(List<Path> shares, List<Path> trees) {
        this.shares = List.copyOf(shares);
        this.trees = List.copyOf(trees);
    }

    private static List<Path> paths(String list) {
        List<Path> paths = new ArrayList<>();
        if (list != null) {
            for (String one : list.split(":")) {
                if (!one.isBlank()) {
                    paths.add(Path.of(one));
                }
            }
        }
        return paths;
    }

    @Override
    public Optional<String> find(Kind kind, String type) {
        int slash = type.indexOf('/');
        String packageName = type.substring(0, slash);
        String folder = kind.name().toLowerCase(Locale.ROOT);
        String file = type.substring(slash + 1) + "." + folder;
        for (Path share : shares) {
            Path found = share.resolve(packageName).resolve(folder).resolve(file);
            if (Files.isRegularFile(found)) {
                return read(found);
            }
        }
        Path root = inTrees(packageName);
        if (root != null && Files.isRegularFile(root.resolve(folder).resolve(file))) {
            return read(root.resolve(folder).resolve(file));
        }
        return bundled(kind, packageName, type);
    }

    private static Optional<String> read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("longer than " + LARGEST + " bytes");
            }
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("can't read {}: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private synchronized Path inTrees(String packageName) {
        if (crawled == null) {
            crawled = new HashMap<>();
            trees.forEach(this::crawl);
        }
        return crawled.get(packageName);
    }

    private void crawl(Path tree) {
        try (Stream<Path> all = Files.walk(tree, DEEPEST, new FileVisitOption[0])) {
            all.limit(MOST_FOLDERS).filter(path -> path.endsWith("package.xml") && path.getParent().getFileName() != null)
                    .forEach(path -> crawled.putIfAbsent(path.getParent().getFileName().toString(), path.getParent()));
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("can't look for ROS packages in {}: {}", tree, e.toString());
        }
    }

    /** All definitions of a package are one resource: after a line {@code == type}, as in {@code == msg std_msgs/Bool}. */
    private static Optional<String> bundled(Kind kind, String packageName, String type) {
        String mark = "== " + kind.name().toLowerCase(Locale.ROOT) + " " + type + "\n";
        try (InputStream in = Packages.class.getResourceAsStream(packageName + ".txt")) {
            if (in == null) {
                return Optional.empty();
            }
            String all = "\n" + new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int at = all.indexOf("\n" + mark);
            if (at < 0) {
                return Optional.empty();
            }
            int begin = at + 1 + mark.length();
            int end = all.indexOf("\n== ", begin - 1);
            return Optional.of(all.substring(begin, end < 0 ? all.length() : Math.max(begin, end + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read a resource of this bundle", e);
        }
    }

    @Override
    public String where() {
        return shares + " and in this bundle";
    }
}
